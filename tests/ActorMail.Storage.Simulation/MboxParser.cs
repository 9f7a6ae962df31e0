using System.Text;

namespace ActorMail.Storage.Simulation;

/// <summary>
/// Reads an mbox file as any program would, knowing nothing of ours: a message begins at a line that begins with
/// <c>From </c> behind a blank line.
/// </summary>
internal static class MboxParser
{
    public static List<string> Parse(byte[] octets)
    {
        var text = Encoding.Latin1.GetString(octets);
        List<string> messages = [];
        if (text.Length == 0)
            return messages;
        if (!text.StartsWith("From ", StringComparison.Ordinal))
            throw new SimulationFaultException("The file does not begin with a message.");
        var starts = new List<int> { 0 };
        for (var at = 0; (at = text.IndexOf("\n\nFrom ", at, StringComparison.Ordinal)) >= 0; at++)
            starts.Add(at + 2);
        for (var i = 0; i < starts.Count; i++)
        {
            var end = i + 1 < starts.Count ? starts[i + 1] : text.Length;
            var entry = text[starts[i]..end];
            var content = entry[(entry.IndexOf('\n', StringComparison.Ordinal) + 1)..];
            if (!content.EndsWith("\n\n", StringComparison.Ordinal))
                throw new SimulationFaultException("A message of the file does not end in a blank line.");
            messages.Add(content[..^1]);
        }

        return messages;
    }
}
