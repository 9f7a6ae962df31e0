using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ActorMail.Protocols.Smtp;

/// <summary>
/// One reply (RFC 5321 §4.2). Its lines can hold nothing but printable text, nearly always ASCII, and are never longer
/// than 512 octets on the wire, whatever a client said that is repeated in them: no reply can be forged.
/// </summary>
public sealed record SmtpReply
{
    /// <summary>RFC 5321 §4.5.3.1.5, CRLF included.</summary>
    public const int MaxLineLength = 512;

    /// <param name="code">Three digits, the first from 2 to 5.</param>
    /// <param name="enhanced">RFC 3463; null where RFC 2034 wants none, and in the basic profile.</param>
    /// <param name="lines">At least one.</param>
    public SmtpReply(int code, string? enhanced, params ImmutableArray<string> lines)
        : this(code, enhanced, lines, isUtf8: false)
    {
    }

    private SmtpReply(int code, string? enhanced, ImmutableArray<string> lines, bool isUtf8)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lines.Length);
        var room = MaxLineLength - "250-\r\n".Length - (enhanced is null ? 0 : enhanced.Length + 1);
        (Code, Enhanced, Lines) = (code, enhanced, [.. lines.Select(line => Clean(line, room, isUtf8))]);
    }

    public int Code { get; }

    public string? Enhanced { get; }

    public ImmutableArray<string> Lines { get; }

    public bool IsError => Code >= 400;

    /// <summary>For a client that asked for it: the lines may hold UTF-8 (RFC 6531 §3.7.4.2).</summary>
    public static SmtpReply InUtf8(int code, string? enhanced, params ImmutableArray<string> lines) =>
        new(code, enhanced, lines, isUtf8: true);

    /// <summary>Writes <c>250-5.1.0 text</c> for all lines but the last, which has a blank behind its code.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        for (var i = 0; i < Lines.Length; i++)
        {
            Encoding.UTF8.GetBytes(Format(i), output);
            output.Write("\r\n"u8);
        }
    }

    public bool Equals(SmtpReply? other) =>
        other is not null && Code == other.Code && Enhanced == other.Enhanced && Lines.SequenceEqual(other.Lines);

    public override int GetHashCode() => HashCode.Combine(Code, Enhanced, Lines.Length, Lines[0]);

    public override string ToString() => string.Join('\n', Enumerable.Range(0, Lines.Length).Select(Format));

    private string Format(int index)
    {
        var separator = index < Lines.Length - 1 ? '-' : ' ';
        var enhanced = Enhanced is null ? "" : Enhanced + " ";
        return string.Create(CultureInfo.InvariantCulture, $"{Code}{separator}{enhanced}{Lines[index]}");
    }

    private static string Clean(string text, int room, bool isUtf8)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text.Length <= room ? text : text[..room];

        var kept = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = rune.Value is >= ' ' and <= '~' || (isUtf8 && IsPrintable(rune)) ? rune : new Rune('?');
            room -= shown.Utf8SequenceLength;
            if (room < 0)
                break;
            kept.Append(shown);
        }

        return kept.ToString();
    }

    private static bool IsPrintable(Rune rune) => !rune.IsAscii && Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
