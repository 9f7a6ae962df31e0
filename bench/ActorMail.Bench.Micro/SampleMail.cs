using System.Text;

namespace ActorMail.Bench.Micro;

/// <summary>Mails as they come over the wire, final dot included.</summary>
public static class SampleMail
{
    private const int Size = 1024 * 1024;
    private const string Corpus = "mail corpus";

    private static readonly string? CorpusFolder = Environment.GetEnvironmentVariable("ACTORMAIL_CORPUS");

    /// <summary>What there is to choose from; the corpus only where the environment names its folder.</summary>
    public static IEnumerable<string> Kinds { get; } =
    [
        "76-octet lines", "998-octet lines", "dot lines", "From lines",
        .. string.IsNullOrEmpty(CorpusFolder) ? Array.Empty<string>() : [Corpus],
    ];

    /// <summary>One mail of about 1 MiB, or all mails of the corpus.</summary>
    public static byte[][] Of(string kind) => kind switch
    {
        "76-octet lines" => [OfLines(76)],
        "998-octet lines" => [OfLines(998)],
        "dot lines" => [OfLines(20, "..")],
        "From lines" => [OfLines(20, "From ")],
        Corpus => OfFolder(CorpusFolder!),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such sample"),
    };

    /// <summary>Lines of so many characters, each behind the text that every line begins with.</summary>
    private static byte[] OfLines(int length, string every = "")
    {
        var text = new StringBuilder("From: <sender@example.net>\r\nSubject: A sample\r\n\r\n");
        var line = new string('a', length) + "\r\n";
        while (text.Length < Size)
            text.Append(every).Append(line);
        return Encoding.ASCII.GetBytes(text.Append(".\r\n").ToString());
    }

    /// <summary>Each file as a client may send it: every line ended by CRLF, and its dots stuffed.</summary>
    private static byte[][] OfFolder(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => Encoding.Latin1.GetString(File.ReadAllBytes(path))
                .Replace("\r\n", "\n", StringComparison.Ordinal).Split('\r', '\n')
                .Select(line => line.StartsWith('.') ? $".{line}\r\n" : $"{line}\r\n"))
            .Select(lines => Encoding.Latin1.GetBytes(string.Concat(lines) + ".\r\n"))];
}
