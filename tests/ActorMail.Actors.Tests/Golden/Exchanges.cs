using System.Globalization;
using System.Text;

namespace ActorMail.Actors.Tests.Golden;

/// <summary>
/// Takes a recorded conversation apart. The greeting answers a command named <c>(greeting)</c>, and a message counts as
/// one named <c>(data)</c>.
/// </summary>
internal static class Exchanges
{
    public const string Greeting = "(greeting)";
    public const string Data = "(data)";

    /// <summary>What a client answers to a challenge: no command, whatever it looks like.</summary>
    public const string Response = "(response)";

    /// <summary>By the name of the file, so that a failure says where.</summary>
    public static IEnumerable<(string Path, bool IsBasic, Exchange[] All)> Recorded(string folder) =>
        from file in Directory.EnumerateFiles(Path.Combine(Transcript.Root, folder), "*.transcript").Order()
        let path = Path.GetRelativePath(Transcript.Root, file)
        let transcript = Transcript.Load(path)
        // What is thrown away unseen has no answer.
        where !transcript.Given.Contains("whole")
        select (path, transcript.Given.Contains("basic"), Of(transcript).ToArray());

    private static IEnumerable<Exchange> Of(Transcript transcript)
    {
        var (pending, command, isData, chunk) = ("", Greeting, false, 0);
        List<string> answer = [];
        foreach (var line in transcript.Conversation.Where(
            line => line is not (Transcript.Closed or Transcript.Handshake)))
        {
            var octets = Encoding.Latin1.GetString(Transcript.Octets(line));
            if (line.StartsWith('S'))
            {
                answer.Add(octets[..^2]);
                continue;
            }

            pending += octets;
            while (TryTake(ref pending, ref chunk, out var complete))
            {
                isData |= answer is [['3', '5', '4', ..]];
                if (isData && complete != ".")
                    continue;

                yield return new Exchange(command, answer);
                var isResponse = answer is [['3', '3', '4', ..]] or [['+', ' ', ..]];
                (command, answer, isData) = (isData ? Data : isResponse ? Response : complete, [], false);
                chunk = isData ? 0 : OctetsOf(command);
            }
        }

        yield return new Exchange(command, answer);
    }

    /// <summary>A line; the octets of a chunk before it are content, answered together with their command.</summary>
    private static bool TryTake(ref string pending, ref int chunk, out string line)
    {
        var content = Math.Min(chunk, pending.Length);
        (pending, chunk) = (pending[content..], chunk - content);
        var end = pending.IndexOf("\r\n", StringComparison.Ordinal);
        line = end < 0 || chunk > 0 ? "" : pending[..end];
        if (end < 0 || chunk > 0)
            return false;

        pending = pending[(end + 2)..];
        return true;
    }

    private static int OctetsOf(string command) =>
        command.Split(' ') is [var verb, var octets, ..] && verb.Equals("BDAT", StringComparison.OrdinalIgnoreCase)
            && int.TryParse(octets, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : 0;
}
