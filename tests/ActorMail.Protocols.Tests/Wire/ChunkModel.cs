using System.Text.RegularExpressions;
using ActorMail.Protocols.Wire;

namespace ActorMail.Protocols.Tests.Wire;

/// <summary>What becomes of counted content, said slowly: on whole strings, with regular expressions.</summary>
internal static partial class ChunkModel
{
    public static Decoded Decode(string content)
    {
        var isRaw = BareLineEnd().IsMatch(content);
        List<string> lines = [.. Line().Matches(content).Select(it => it.Value)];
        var startsWithField = lines.Count > 0 && FieldOrBlank().IsMatch(lines[0]);
        var blank = lines.FindIndex(it => it is "\r\n" or "\n");
        var headerCount = !startsWithField ? 0 : blank < 0 ? lines.Count : blank + 1;
        var (header, received) = (new List<string>(), 0);
        var isDropping = false;
        foreach (var line in lines[..headerCount])
        {
            isDropping = line is [' ' or '\t', ..] ? isDropping : ReturnPathField().IsMatch(line);
            received += ReceivedField().IsMatch(line) ? 1 : 0;
            if (!isDropping)
                header.Add(line);
        }

        List<string> kept = [.. header, .. lines[headerCount..]];
        var stored = kept.Select(it => (Separator().IsMatch(it) ? ">" : "") + (isRaw ? it : AsStored(it))).ToList();
        var traits = (isRaw ? BodyTraits.Raw : 0)
            | (kept.Any(it => Separator().IsMatch(it)) ? BodyTraits.Quoted : 0)
            | (kept.Any(it => it.StartsWith('.')) ? BodyTraits.HasDot : 0)
            | (kept.Any(it => it.Any(octet => octet > 127)) ? BodyTraits.EightBit : 0);
        if (traits.HasFlag(BodyTraits.EightBit) && !header.Any(it => it.Any(octet => octet > 127)))
            traits |= BodyTraits.HeaderIsAscii;
        return new Decoded(DataResult.End, DataFault.None, string.Concat(stored), "",
            Ended(string.Concat(kept)).Length, content.Length, stored[..header.Count].Sum(it => it.Length),
            traits, startsWithField, received);
    }

    /// <summary>
    /// What a client that holds to the RFC takes out of RETR: the content, its last line ended with CRLF, and a second
    /// dot where one stands alone between a bare CR or LF and another line end.
    /// </summary>
    public static string Retrieve(string content) => LoneDot().Replace(Ended(content), "..");

    public static string Ended(string content) => content switch
    {
        "" or [.., '\r', '\n'] => content,
        [.., '\n'] => content[..^1] + "\r\n",
        _ => content + "\r\n",
    };

    private static string AsStored(string line) => line.Replace("\r\n", "\n", StringComparison.Ordinal);

    [GeneratedRegex(@"\r(?!\n)|(?<!\r)\n")]
    private static partial Regex BareLineEnd();

    [GeneratedRegex(@"(?:(?<=\r)|(?<=(?<!\r)\n))\.(?=[\r\n])")]
    private static partial Regex LoneDot();

    [GeneratedRegex(@"[^\n]*\n|[^\n]+\z")]
    private static partial Regex Line();

    [GeneratedRegex(@"^\r?\n|^[!-9;-~]+[ \t]*:")]
    private static partial Regex FieldOrBlank();

    [GeneratedRegex(@"^received[ \t]*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReceivedField();

    [GeneratedRegex(@"^return-path[ \t]*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReturnPathField();

    [GeneratedRegex("^>*From ")]
    private static partial Regex Separator();
}
