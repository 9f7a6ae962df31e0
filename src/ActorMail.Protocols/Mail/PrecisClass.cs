using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorMail.Protocols.Mail;

/// <summary>
/// Which code points a name, a password or a domain may have (RFC 8264 §8 and §9), as this .NET knows Unicode. ZERO
/// WIDTH NON-JOINER is taken behind a virama only: the rule of RFC 5892 for cursive letters needs a table that .NET
/// lacks.
/// </summary>
internal static class PrecisClass
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>What is not to be seen, and noncharacters (RFC 8264 §9.13).</summary>
    private static readonly (int First, int Last)[] Ignorable =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
        (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A),
        (0xE0000, 0xE0FFF),
    ];

    /// <summary>Hangul_Syllable_Type L, V and T (RFC 8264 §9.9).</summary>
    private static readonly (int First, int Last)[] OldHangulJamo =
        [(0x1100, 0x11FF), (0xA960, 0xA97C), (0xD7B0, 0xD7FB)];

    /// <summary>RFC 5892 §2.6: letters by their category that are none.</summary>
    private static readonly (int First, int Last)[] Disallowed =
        [(0x0640, 0x0640), (0x07FA, 0x07FA), (0x302E, 0x302F), (0x3031, 0x3035), (0x303B, 0x303B)];

    /// <summary>RFC 5892 §2.6: what the categories would refuse to a name.</summary>
    private static readonly SearchValues<char> Allowed = SearchValues.Create("\u00DF\u03C2\u06FD\u06FE\u0F0B\u3007");

    /// <summary>Canonical_Combining_Class 9, which joiners may follow (RFC 5892, A.1 and A.2).</summary>
    private static readonly SearchValues<char> Viramas = SearchValues.Create(
        "\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D3B\u0D3C\u0D4D\u0DCA\u0E3A\u0EBA\u0F84\u1039\u103A\u1714"
        + "\u1715\u1734\u17D2\u1A60\u1B44\u1BAA\u1BAB\u1BF2\u1BF3\u2D7F\uA806\uA82C\uA8C4\uA953\uA9C0\uAAF6\uABED");

    /// <summary>FreeformClass (RFC 8264 §4.3), for passwords.</summary>
    public static bool IsFreeform(string text) => IsOfClass(text, isIdentifier: false);

    /// <summary>IdentifierClass (RFC 8264 §4.2), for names.</summary>
    public static bool IsIdentifier(string text) => IsOfClass(text, isIdentifier: true);

    /// <summary>The NFC form; false for half a surrogate pair and for noncharacters, at which .NET throws.</summary>
    public static bool TryNormalize(string text, out string normalized)
    {
        normalized = "";
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) is not OperationStatus.Done
                || IsNoncharacter(rune.Value))
            {
                return false;
            }

            rest = rest[used..];
        }

        normalized = text.Normalize(NormalizationForm.FormC);
        return true;
    }

    private static bool IsOfClass(string text, bool isIdentifier)
    {
        var index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsAllowed(rune, text, index, isIdentifier))
                return false;
            index += rune.Utf16SequenceLength;
        }

        return true;
    }

    /// <summary>In the order of RFC 8264 §8, which counts.</summary>
    private static bool IsAllowed(Rune rune, string text, int index, bool isIdentifier)
    {
        var code = rune.Value;
        if (rune.IsAscii)
            return code is >= 0x21 and <= 0x7E || (code == ' ' && !isIdentifier);
        if (rune.IsBmp && Allowed.Contains((char)code))
            return true;
        if (IsIn(Disallowed, code))
            return false;
        if (IsContextual(code))
            return FitsContext(code, text, index);
        if (IsIn(OldHangulJamo, code) || IsIn(Ignorable, code) || IsNoncharacter(code))
            return false;

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.DecimalDigitNumber
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                => !isIdentifier || !HasCompatibilityForm(rune),
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
                or UnicodeCategory.OtherNotAssigned => false,
            _ => !isIdentifier,
        };
    }

    private static bool IsContextual(int code) =>
        code is ZeroWidthNonJoiner or ZeroWidthJoiner or 0x00B7 or 0x0375 or 0x05F3 or 0x05F4 or 0x30FB
            or (>= 0x0660 and <= 0x0669) or (>= 0x06F0 and <= 0x06F9);

    /// <summary>RFC 5892, appendix A.</summary>
    private static bool FitsContext(int code, string text, int index)
    {
        var before = index > 0 ? text[index - 1] : '\0';
        var after = index + 1 < text.Length ? text[index + 1] : '\0';
        return code switch
        {
            ZeroWidthNonJoiner or ZeroWidthJoiner => Viramas.Contains(before),
            0x00B7 => before == 'l' && after == 'l',
            0x0375 => after is (>= '\u0370' and <= '\u03FF') or (>= '\u1F00' and <= '\u1FFF'),
            0x05F3 or 0x05F4 => before is >= '\u0591' and <= '\u05F4',
            0x30FB => text.Any(IsKanaOrHan),
            <= 0x0669 => !text.AsSpan().ContainsAnyInRange('\u06F0', '\u06F9'),
            _ => !text.AsSpan().ContainsAnyInRange('\u0660', '\u0669'),
        };
    }

    private static bool IsKanaOrHan(char character) =>
        character is (>= '\u3041' and <= '\u309F') or (>= '\u30A1' and <= '\u30FA') or (>= '\u30FC' and <= '\u30FF')
            or (>= '\u31F0' and <= '\u31FF') or (>= '\u3400' and <= '\u4DBF') or (>= '\u4E00' and <= '\u9FFF')
            or (>= '\uF900' and <= '\uFAFF') or '\u3005' or '\u3007';

    private static bool HasCompatibilityForm(Rune rune)
    {
        var text = rune.ToString();
        return text.Normalize(NormalizationForm.FormKC) != text;
    }

    private static bool IsNoncharacter(int code) => (code & 0xFFFE) == 0xFFFE || code is >= 0xFDD0 and <= 0xFDEF;

    private static bool IsIn((int First, int Last)[] ranges, int code) =>
        Array.Exists(ranges, range => code >= range.First && code <= range.Last);
}
