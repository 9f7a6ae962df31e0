using System.Text;
using System.Text.RegularExpressions;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>
/// Reads a mailbox file as an mboxrd reader does that knows nothing of this server. Whatever does not fit the format
/// fails the test: a torn message does.
/// </summary>
internal static partial class Mbox
{
    /// <summary>The messages, without the server's fields, with CRLF.</summary>
    public static IReadOnlyList<string> Read(string path) =>
        File.Exists(path) ? Parse(Encoding.Latin1.GetString(File.ReadAllBytes(path))) : [];

    public static IReadOnlyList<string> Parse(string text)
    {
        List<string> messages = [];
        for (var at = 0; at < text.Length;)
        {
            var start = FromLine().Match(text, at);
            Assert.True(start.Success, $"no From line: {text[at..Math.Min(at + 80, text.Length)]}");
            var begin = at + start.Length;
            var end = text.IndexOf("\n\nFrom ", begin, StringComparison.Ordinal);
            if (end < 0)
                Assert.EndsWith("\n\n", text);
            end = end < 0 ? text.Length - 1 : end + 1;
            var content = QuoteMark().Replace(text[begin..end], "");
            messages.Add(Mail.WithoutTrace(content.Replace("\n", "\r\n", StringComparison.Ordinal)));
            at = end + 1;
        }

        return messages;
    }

    [GeneratedRegex(@"\GFrom [^ \n]+ [A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\n")]
    private static partial Regex FromLine();

    [GeneratedRegex("(?<=^|\n)>(?=>*From )")]
    private static partial Regex QuoteMark();
}
