namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>The flags that mail programs write into the Status and X-Status fields of mbox files.</summary>
internal static class StatusField
{
    private static readonly (char Letter, MessageMarks Flag)[] Letters =
    [
        ('A', MessageMarks.Answered), ('F', MessageMarks.Flagged), ('D', MessageMarks.Deleted),
        ('T', MessageMarks.Draft),
    ];

    public static MessageMarks Flags(string? status, string? more) => Letters
        .Where(it => more?.Contains(it.Letter, StringComparison.Ordinal) is true)
        .Aggregate(
            status?.Contains('R', StringComparison.Ordinal) is true ? MessageMarks.Seen : MessageMarks.None,
            (flags, it) => flags | it.Flag);

    /// <summary>The fields for a message's flags; none if it has no flags.</summary>
    public static string Compose(MessageMarks flags)
    {
        if (flags is MessageMarks.None)
            return "";
        var more = string.Concat(Letters.Where(it => flags.HasFlag(it.Flag)).Select(it => it.Letter));
        return $"Status: {(flags.HasFlag(MessageMarks.Seen) ? "RO" : "O")}\n"
            + (more.Length == 0 ? "" : $"X-Status: {more}\n");
    }
}
