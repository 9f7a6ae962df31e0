using System.Text.RegularExpressions;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>Another reader of mbox files than ours: what an ordinary program finds in them.</summary>
internal static partial class MboxText
{
    /// <summary>The contents between the From lines, without the blank line at the end of each.</summary>
    public static List<string> Messages(byte[] file)
    {
        var text = System.Text.Encoding.Latin1.GetString(file);
        List<string> messages = [];
        var blankBefore = true;
        foreach (var line in Lines(text))
        {
            if (blankBefore && Separator().IsMatch(line))
                messages.Add("");
            else if (messages.Count == 0)
                throw new FormatException("The file does not begin with a From line.");
            else
                messages[^1] += line;
            blankBefore = line == "\n";
        }

        return [.. messages.Select(message => message.EndsWith("\n\n", StringComparison.Ordinal) || message == "\n"
            ? message[..^1]
            : throw new FormatException("A message does not end in a blank line."))];
    }

    private static IEnumerable<string> Lines(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var end = text.IndexOf('\n', i);
            end = end < 0 ? text.Length : end + 1;
            yield return text[i..end];
            i = end;
        }
    }

    [GeneratedRegex(@"^From [!-~]+ (Sun|Mon|Tue|Wed|Thu|Fri|Sat) [A-Z][a-z]{2} [ 1-3][0-9] \d\d:\d\d:\d\d \d{4}\n$")]
    private static partial Regex Separator();
}
