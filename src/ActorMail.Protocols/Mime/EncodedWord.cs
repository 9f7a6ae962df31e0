using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Text beyond ASCII as RFC 2047 has it: <c>=?UTF-8?Q?=C3=A9?=</c>. A word has 75 octets at most and whole characters
/// only (§2, §5); the caller parts a long text into several.
/// </summary>
internal static class EncodedWord
{
    public const int MaxLength = 75;

    private const int MaxCharacterLength = 4;

    /// <summary>What may stand in a Q word of a phrase or comment as it is (RFC 2047 §5).</summary>
    private static readonly SearchValues<byte> PhraseText = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"u8);

    /// <summary>And elsewhere: all that is printable but <c>=</c>, <c>?</c> and <c>_</c>.</summary>
    private static readonly SearchValues<byte> PlainText = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"#$%&'()*+,-./:;<>@[\\]^`{|}~"u8);

    /// <summary>What is no UTF-8 has the charset that says nothing but that there is one (RFC 1428 §3).</summary>
    public static ReadOnlySpan<byte> CharsetOf(ReadOnlySpan<byte> text) =>
        Utf8.IsValid(text) ? "UTF-8"u8 : "unknown-8bit"u8;

    /// <summary>Whether a word is one already, so that blanks between it and one of ours would be lost.</summary>
    public static bool IsOne(ReadOnlySpan<byte> word)
    {
        if (word.Length <= 4 || !word.StartsWith("=?"u8) || !word.EndsWith("?="u8))
            return false;

        var inner = word[2..^2];
        var charset = inner.IndexOf((byte)'?');
        return charset > 0 && inner.Length > charset + 2 && inner[charset + 2] == (byte)'?'
            && !inner[(charset + 3)..].Contains((byte)'?');
    }

    /// <summary>Whether Q makes less of a text than B; both are the same to a reader who has to decode them.</summary>
    public static bool IsShorterInQ(ReadOnlySpan<byte> text, bool isPhrase) =>
        LengthInQ(text, isPhrase) <= Base64.GetMaxEncodedToUtf8Length(text.Length);

    /// <summary>Octets of the one word that a text makes.</summary>
    public static int LengthOf(ReadOnlySpan<byte> text, bool isInQ, bool isPhrase) =>
        OverheadOf(CharsetOf(text))
        + (isInQ ? LengthInQ(text, isPhrase) : Base64.GetMaxEncodedToUtf8Length(text.Length));

    /// <summary>Writes one word of as many characters as there is room for, but at least of one.</summary>
    /// <returns>The octets of the text that are in it.</returns>
    public static int Write(
        ReadOnlySpan<byte> text, ReadOnlySpan<byte> charset, int room, bool isInQ, bool isPhrase,
        IBufferWriter<byte> output)
    {
        var isUtf8 = charset.SequenceEqual("UTF-8"u8);
        var payload = Math.Min(room, MaxLength) - OverheadOf(charset);
        var taken = isInQ ? FitInQ(text, payload, isUtf8, isPhrase) : FitInB(text, payload, isUtf8);
        output.Write("=?"u8);
        output.Write(charset);
        output.Write(isInQ ? "?Q?"u8 : "?B?"u8);
        if (isInQ)
            WriteQ(text[..taken], isPhrase, output);
        else
            WriteB(text[..taken], output);
        output.Write("?="u8);
        return taken;
    }

    public static byte HexDigit(int value) => "0123456789ABCDEF"u8[value];

    private static int OverheadOf(ReadOnlySpan<byte> charset) => charset.Length + "=??Q??=".Length;

    private static int LengthInQ(ReadOnlySpan<byte> text, bool isPhrase)
    {
        var length = 0;
        foreach (var octet in text)
            length += IsPlain(octet, isPhrase) ? 1 : 3;
        return length;
    }

    /// <summary>A blank is a <c>_</c>.</summary>
    private static bool IsPlain(byte octet, bool isPhrase) =>
        octet == (byte)' ' || (isPhrase ? PhraseText : PlainText).Contains(octet);

    private static int FitInQ(ReadOnlySpan<byte> text, int payload, bool isUtf8, bool isPhrase)
    {
        var (taken, length) = (0, 0);
        while (taken < text.Length)
        {
            var character = CharacterLength(text[taken..], isUtf8);
            length += LengthInQ(text.Slice(taken, character), isPhrase);
            if (length > payload && taken > 0)
                break;
            taken += character;
        }

        return taken;
    }

    private static int FitInB(ReadOnlySpan<byte> text, int payload, bool isUtf8)
    {
        var limit = Math.Max(payload / 4 * 3, 1);
        if (text.Length <= limit)
            return text.Length;
        while (isUtf8 && limit > 0 && IsContinuation(text[limit]))
            limit--;
        return limit > 0 ? limit : CharacterLength(text, isUtf8);
    }

    private static int CharacterLength(ReadOnlySpan<byte> text, bool isUtf8)
    {
        var length = 1;
        while (isUtf8 && length < Math.Min(text.Length, MaxCharacterLength) && IsContinuation(text[length]))
            length++;
        return length;
    }

    private static bool IsContinuation(byte octet) => (octet & 0xC0) == 0x80;

    private static void WriteQ(ReadOnlySpan<byte> text, bool isPhrase, IBufferWriter<byte> output)
    {
        foreach (var octet in text)
        {
            if (octet == (byte)' ')
                output.Write("_"u8);
            else if (IsPlain(octet, isPhrase))
                output.Write([octet]);
            else
                output.Write([(byte)'=', HexDigit(octet >> 4), HexDigit(octet & 15)]);
        }
    }

    private static void WriteB(ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        var target = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(text.Length));
        Base64.EncodeToUtf8(text, target, out _, out var written);
        output.Advance(written);
    }
}
