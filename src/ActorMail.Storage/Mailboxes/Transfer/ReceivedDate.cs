using System.Globalization;

namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>The date of a Received field (RFC 5321 §4.4): what stands behind its last semicolon.</summary>
internal static class ReceivedDate
{
    private static readonly string[] Months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>Null if there is no date that makes sense.</summary>
    public static DateTimeOffset? Of(string? field)
    {
        var semicolon = field?.LastIndexOf(';') ?? -1;
        if (semicolon < 0)
            return null;
        var words = field![(semicolon + 1)..].Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
        // The weekday may be missing; comments may follow.
        var at = words.Length > 0 && char.IsAsciiLetter(words[0][0]) ? 1 : 0;
        if (words.Length < at + 4 || !TryNumber(words[at], 2, out var day)
            || MonthOf(words[at + 1]) is not (>= 0 and var month)
            || !TryNumber(words[at + 2], 4, out var year) || year < 1970
            || day < 1 || day > DateTime.DaysInMonth(year, month + 1)
            || !TimeOnly.TryParseExact(
                words[at + 3], ["HH:mm:ss", "H:mm:ss", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None,
                out var time))
        {
            return null;
        }

        var zone = words.Length > at + 4 ? ZoneOf(words[at + 4]) : TimeSpan.Zero;
        return new DateTimeOffset(new DateOnly(year, month + 1, day), time, zone);
    }

    private static int MonthOf(string word) =>
        Array.FindIndex(Months, it => it.Equals(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>An unknown zone counts as UTC.</summary>
    private static TimeSpan ZoneOf(string word)
    {
        if (word.Length != 5 || word[0] is not ('+' or '-') || !TryNumber(word[1..], 4, out var zone)
            || zone / 100 > 13 || zone % 100 > 59)
        {
            return TimeSpan.Zero;
        }

        var time = new TimeSpan(zone / 100, zone % 100, 0);
        return word[0] == '-' ? -time : time;
    }

    private static bool TryNumber(string word, int maxLength, out int number) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number) && word.Length <= maxLength;
}
