namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>The letters behind <c>:2,</c> in the name of a file of a Maildir.</summary>
internal static class MaildirFlags
{
    private const string Mark = "2,";

    /// <summary>In the order of the alphabet, as the names have them.</summary>
    private static readonly (char Letter, MessageMarks Flag)[] Letters =
    [
        ('D', MessageMarks.Draft), ('F', MessageMarks.Flagged), ('R', MessageMarks.Answered),
        ('S', MessageMarks.Seen), ('T', MessageMarks.Deleted),
    ];

    public static MessageMarks Of(string fileName)
    {
        // Where a name may hold no colon, programs take another character.
        var mark = fileName.LastIndexOf(Mark, StringComparison.Ordinal);
        if (mark < 1 || fileName[mark - 1] is not (':' or ';' or '!'))
            return MessageMarks.None;
        var letters = fileName[(mark + Mark.Length)..];
        return Letters.Where(it => letters.Contains(it.Letter, StringComparison.Ordinal))
            .Aggregate(MessageMarks.None, (flags, it) => flags | it.Flag);
    }

    public static string Compose(MessageMarks flags) =>
        ":" + Mark + string.Concat(Letters.Where(it => flags.HasFlag(it.Flag)).Select(it => it.Letter));
}
