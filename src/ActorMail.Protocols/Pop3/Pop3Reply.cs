using System.Buffers;
using System.Text;

namespace ActorMail.Protocols.Pop3;

/// <summary>
/// One reply: a status line and, for a listing, the lines below it. Whatever the texts hold, what goes out is printable
/// ASCII of at most 512 octets a line, and begins with a bracket only for a registered code (RFC 2449 §3, §6.4, §8).
/// </summary>
public sealed record Pop3Reply
{
    /// <summary>RFC 1939 §3, CRLF included.</summary>
    public const int MaxLineLength = 512;

    private const string Positive = "+OK ";
    private const string Negative = "-ERR ";

    /// <summary>RFC 2449 §8, RFC 3206 §4 to §6.</summary>
    private static readonly string[] ResponseCodes =
        ["[AUTH]", "[IN-USE]", "[LOGIN-DELAY]", "[SYS/PERM]", "[SYS/TEMP]"];

    private static readonly SearchValues<char> Printable = SearchValues.Create(
        string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code)));

    private Pop3Reply(string status, string text, IEnumerable<string>? lines = null)
    {
        var clean = CleanLine(text, MaxLineLength - 2 - status.Length);
        (StatusLine, Lines) = (status + (HasResponseCode(clean) ? clean : clean.Replace('[', '(')), lines);
    }

    /// <summary>The first line without its CRLF.</summary>
    public string StatusLine { get; }

    /// <summary>The lines below, made as they are read; null for a reply of one line.</summary>
    public IEnumerable<string>? Lines { get; }

    public bool IsError => StatusLine.StartsWith('-');

    public static Pop3Reply Ok(string text) => new(Positive, text);

    /// <summary>A text may begin with a code, such as <c>[IN-USE]</c>; foreign text must not come first.</summary>
    public static Pop3Reply Err(string text) => new(Negative, text);

    public static Pop3Reply Listing(string text, IEnumerable<string> lines) => new(Positive, text, lines);

    /// <summary>Writes all of it at once; a <see cref="Pop3ReplyWriter"/> does it by parts.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        using var writer = new Pop3ReplyWriter(this);
        while (!writer.WriteTo(output, int.MaxValue))
        {
        }
    }

    /// <summary>A challenge, which is base64 and may be empty, of any length (RFC 5034 §4).</summary>
    public static void WriteChallenge(string base64, IBufferWriter<byte> output)
    {
        output.Write("+ "u8);
        Encoding.ASCII.GetBytes(base64, output);
        output.Write("\r\n"u8);
    }

    public override string ToString() => StatusLine;

    /// <summary>Cuts what is too long, and makes a question mark of whatever is not printable ASCII.</summary>
    internal static string CleanLine(string text, int maxLength)
    {
        var cut = text.Length <= maxLength ? text : text[..maxLength];
        return cut.AsSpan().ContainsAnyExcept(Printable)
            ? string.Create(cut.Length, cut, static (clean, from) =>
            {
                for (var i = 0; i < from.Length; i++)
                    clean[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
            })
            : cut;
    }

    private static bool HasResponseCode(string text)
    {
        foreach (var code in ResponseCodes)
        {
            if (text.StartsWith(code, StringComparison.Ordinal)
                && (text.Length == code.Length || text[code.Length] == ' '))
            {
                return true;
            }
        }

        return false;
    }
}
