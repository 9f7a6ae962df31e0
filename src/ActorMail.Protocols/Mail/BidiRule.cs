using System.Globalization;
using System.Text;

namespace ActorMail.Protocols.Mail;

/// <summary>
/// The Bidi Rule (RFC 5893 §2): no label of a domain may change how another one is shown. .NET has no table of
/// directions, so those of code points that a domain may have at all come from their block and category.
/// </summary>
internal static class BidiRule
{
    /// <summary>Hebrew to Arabic with all between, their presentation forms, and the two planes of others.</summary>
    private static readonly (int First, int Last)[] RightToLeft =
        [(0x0590, 0x08FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFF), (0x10800, 0x10FFF), (0x1E800, 0x1EFFF)];

    private static readonly (int First, int Last)[] ArabicNumbers =
        [(0x0660, 0x0669), (0x10D30, 0x10D39), (0x10E60, 0x10E7E)];

    private enum Direction
    {
        Left,
        Right,
        EuropeanNumber,
        ArabicNumber,
        Mark,
        Neutral,
    }

    /// <summary>True for U-labels that may stand beside each other; any domain without right-to-left is one.</summary>
    public static bool Holds(string domain)
    {
        var isBidi = domain.EnumerateRunes().Any(
            rune => DirectionOf(rune) is Direction.Right or Direction.ArabicNumber);
        return !isBidi || Array.TrueForAll(domain.Split('.'), HoldsInLabel);
    }

    private static bool HoldsInLabel(string label)
    {
        var directions = label.EnumerateRunes().Select(DirectionOf).ToArray();
        var last = Array.FindLast(directions, it => it is not Direction.Mark);
        return directions switch
        {
            [Direction.Left, ..] => last is Direction.Left or Direction.EuropeanNumber
                && !directions.Any(it => it is Direction.Right or Direction.ArabicNumber),
            [Direction.Right, ..] => last is not Direction.Neutral && !directions.Contains(Direction.Left)
                && !(directions.Contains(Direction.EuropeanNumber) && directions.Contains(Direction.ArabicNumber)),
            _ => false,
        };
    }

    private static Direction DirectionOf(Rune rune)
    {
        var code = rune.Value;
        if (code is (>= '0' and <= '9') or (>= 0x06F0 and <= 0x06F9))
            return Direction.EuropeanNumber;
        if (IsIn(ArabicNumbers, code))
            return Direction.ArabicNumber;

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => Direction.Mark,
            _ when IsIn(RightToLeft, code) => Direction.Right,
            UnicodeCategory.SpacingCombiningMark => Direction.Left,
            _ => Rune.IsLetterOrDigit(rune) ? Direction.Left : Direction.Neutral,
        };
    }

    private static bool IsIn((int First, int Last)[] ranges, int code) =>
        Array.Exists(ranges, range => code >= range.First && code <= range.Last);
}
