using System.Buffers;
using System.Text;

namespace ActorMail.Protocols.Pop3;

/// <summary>
/// One reply: a status line and, for a listing, the lines below it. Whatever the texts hold, what goes out can be
/// printed, in ASCII unless the client has asked for a language (RFC 6856 §3.2), of at most 512 octets a line, and
/// the text of a status line begins with a bracket only for a response code (RFC 2449 §3, §6.4, §8).
/// </summary>
public sealed record Pop3Reply
{
    /// <summary>Octets, CRLF included (RFC 1939 §3).</summary>
    public const int MaxLineLength = 512;

    private readonly string _text;

    private Pop3Reply(bool isError, string text, string? code = null, IEnumerable<string?>? lines = null) =>
        (IsError, _text, Code, Lines) = (isError, text, code, lines);

    public bool IsError { get; }

    /// <summary>RFC 2449 §8, RFC 3206 §4 to §6; null for none.</summary>
    public string? Code { get; }

    /// <summary>
    /// The lines below, made as they are read; null for a reply of one line. A line that is null is not known yet: the
    /// next one is the same line again.
    /// </summary>
    public IEnumerable<string?>? Lines { get; }

    /// <summary>Whether the client has asked for a language; before that every octet is ASCII.</summary>
    public bool IsUtf8 { get; init; }

    /// <summary>The first line without its CRLF.</summary>
    public string StatusLine
    {
        get
        {
            var status = Code is null ? IsError ? "-ERR " : "+OK " : $"-ERR [{Code}] ";
            return CleanLine(status + (_text.StartsWith('[') ? $"({_text.AsSpan(1)}" : _text), MaxLineLength - 2);
        }
    }

    public static Pop3Reply Ok(string text) => new(isError: false, text);

    /// <param name="text">For people.</param>
    /// <param name="code">One of <see cref="Pop3Codes"/>, for programs.</param>
    public static Pop3Reply Err(string text, string? code = null) => new(isError: true, text, code);

    public static Pop3Reply Listing(string text, IEnumerable<string?> lines) => new(isError: false, text, null, lines);

    /// <summary>
    /// Writes all of it at once, where all of it is known; a <see cref="Pop3ReplyWriter"/> does it by parts.
    /// </summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        if (Lines is null)
        {
            Pop3ReplyWriter.WriteLine(output, StatusLine);
            return;
        }

        using var writer = new Pop3ReplyWriter(this);
        if (writer.WriteTo(output, int.MaxValue) is not ReplyProgress.Done)
            throw new InvalidOperationException("Not all lines of the reply are known.");
    }

    /// <summary>A challenge, which is base64 and may be empty, of any length (RFC 5034 §4).</summary>
    public static void WriteChallenge(string base64, IBufferWriter<byte> output)
    {
        output.Write("+ "u8);
        Encoding.ASCII.GetBytes(base64, output);
        output.Write("\r\n"u8);
    }

    public override string ToString() => StatusLine;

    /// <summary>
    /// Cuts what is longer than so many octets, and makes a question mark of whatever cannot be printed.
    /// </summary>
    internal string CleanLine(string text, int maxOctets)
    {
        // As all lines of a long listing.
        if (text.Length <= maxOctets && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;

        var clean = new StringBuilder(text.Length);
        var octets = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = (IsUtf8 || rune.IsAscii) && !Rune.IsControl(rune) ? rune : new Rune('?');
            octets += shown.Utf8SequenceLength;
            if (octets > maxOctets)
                break;
            clean.Append(shown);
        }

        return clean.ToString();
    }
}
