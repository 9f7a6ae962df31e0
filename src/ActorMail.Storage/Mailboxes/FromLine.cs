using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The line in front of every message of an mbox file: sender, and a date as C's asctime writes it, in UTC. Readers
/// disagree on every other form, and on anything behind the year.
/// </summary>
internal static class FromLine
{
    /// <summary>No line of more octets is taken for one.</summary>
    public const int MaxLength = 1024;

    private const int MaxSenderLength = 512;

    private static readonly string[] Weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    private static readonly string[] Months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    public static byte[] Compose(string sender, DateTimeOffset receivedAt)
    {
        var line = new StringBuilder("From ");
        if (sender.Length == 0)
            line.Append("MAILER-DAEMON");
        foreach (var rune in sender.Length > MaxSenderLength ? sender.AsSpan(0, MaxSenderLength) : sender)
            line.Append(rune is > ' ' and <= '~' ? rune : '_');
        var utc = receivedAt.UtcDateTime;
        line.Append(
            CultureInfo.InvariantCulture,
            $" {Weekdays[(int)utc.DayOfWeek]} {Months[utc.Month - 1]} {utc.Day,2} {utc:HH:mm:ss} {utc:yyyy}\n");
        return Encoding.Latin1.GetBytes(line.ToString());
    }

    /// <summary>Whether octets begin with such a line, written by whichever program; it must end within them.</summary>
    public static bool IsAt(ReadOnlySpan<byte> octets, out int length, out DateTimeOffset? date)
    {
        (length, date) = (0, null);
        if (!octets.StartsWith("From "u8))
            return false;
        var end = octets[..Math.Min(octets.Length, MaxLength)].IndexOf((byte)'\n');
        // Half a line, the zeros of a lost sector and the end of another line are no line.
        if (end < 0 || octets[..end].Contains((byte)0) || !TryFindDate(octets[5..end], out date))
            return false;
        length = end + 1;
        return true;
    }

    /// <summary>The sender of such a line, as far as the first blank; empty for the null one.</summary>
    public static string SenderOf(ReadOnlySpan<byte> line)
    {
        var rest = line["From ".Length..];
        return TakeWord(ref rest, out var word) && !word.SequenceEqual("MAILER-DAEMON"u8)
            ? Encoding.Latin1.GetString(word)
            : "";
    }

    /// <summary>Weekday, month, day, time, perhaps a zone, year; the sender before it may hold blanks.</summary>
    private static bool TryFindDate(ReadOnlySpan<byte> line, out DateTimeOffset? date)
    {
        date = null;
        while (TakeWord(ref line, out var word))
        {
            if (IndexOf(Weekdays, word) < 0)
                continue;
            var rest = line;
            if (TryReadDate(rest, out date))
                return true;
        }

        return false;
    }

    private static bool TryReadDate(ReadOnlySpan<byte> line, out DateTimeOffset? date)
    {
        date = null;
        if (!TakeWord(ref line, out var monthName) || IndexOf(Months, monthName) is not (>= 0 and var month)
            || !TakeNumber(ref line, out var day) || !TakeWord(ref line, out var time)
            || !TryReadTime(time, out var timeOfDay) || !TakeWord(ref line, out var year))
        {
            return false;
        }

        if (!TryReadYear(year, out var number) && !(TakeWord(ref line, out year) && TryReadYear(year, out number)))
            return false;
        if (day < 1 || day > DateTime.DaysInMonth(number, month + 1))
            return false;
        date = new DateTimeOffset(number, month + 1, day, 0, 0, 0, TimeSpan.Zero) + timeOfDay;
        return true;
    }

    private static bool TryReadYear(ReadOnlySpan<byte> word, out int year) =>
        TryReadNumber(word, out year) && word.Length == 4 && year >= 1970;

    private static bool TryReadTime(ReadOnlySpan<byte> word, out TimeSpan time)
    {
        time = default;
        if (word.Length is not (5 or 8) || word[2] != ':' || (word.Length == 8 && word[5] != ':'))
            return false;
        var seconds = 0;
        if (!TryReadNumber(word[..2], out var hours) || !TryReadNumber(word[3..5], out var minutes)
            || (word.Length == 8 && !TryReadNumber(word[6..], out seconds)))
        {
            return false;
        }

        time = new TimeSpan(hours, minutes, seconds);
        return hours < 24 && minutes < 60 && seconds <= 60;
    }

    private static bool TakeNumber(ref ReadOnlySpan<byte> line, out int number)
    {
        number = 0;
        return TakeWord(ref line, out var word) && word.Length <= 2 && TryReadNumber(word, out number);
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> word, out int number) =>
        Utf8Parser.TryParse(word, out number, out var used) && used == word.Length && char.IsAsciiDigit((char)word[0]);

    private static bool TakeWord(ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> word)
    {
        line = line.TrimStart(" \t\r"u8);
        var end = line.IndexOfAny(" \t\r"u8);
        word = end < 0 ? line : line[..end];
        line = line[word.Length..];
        return word.Length > 0;
    }

    private static int IndexOf(string[] names, ReadOnlySpan<byte> word)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (Ascii.Equals(word, names[i]))
                return i;
        }

        return -1;
    }
}
