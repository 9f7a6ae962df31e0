using System.Collections.Immutable;

namespace ActorMail.Protocols.Pop3;

/// <summary>
/// What one session sees: the messages that were there when it opened, numbered from 1 for its whole life
/// (RFC 1939 §5), and its marks on them. Immutable: RSET goes back to the beginning, a lost session leaves nothing.
/// </summary>
public sealed record Maildrop(ImmutableArray<MaildropEntry> Entries)
{
    public static readonly Maildrop Empty = new([]);

    public ImmutableArray<MaildropEntry> Entries { get; } = Entries;

    /// <summary>The numbers of the messages that are marked as deleted.</summary>
    public ImmutableSortedSet<int> Deleted { get; private init; } = [];

    /// <summary>Messages that are not marked as deleted.</summary>
    public int Count => Entries.Length - Deleted.Count;

    /// <summary>Octets of the messages that are not marked; kept, since a client may ask after each DELE.</summary>
    public long Size { get; private init; } = Entries.Sum(entry => entry.Size);

    public ImmutableArray<uint> DeletedUids => [.. Deleted.Select(number => Entries[number - 1].Uid)];

    /// <summary>Null for a number that never was, and for a message marked as deleted.</summary>
    public MaildropEntry? Find(int number) =>
        number >= 1 && number <= Entries.Length && !Deleted.Contains(number) ? Entries[number - 1] : null;

    /// <summary>
    /// Answers a command in the transaction state. Of RETR and TOP it gives the status line only, and QUIT and CAPA are
    /// no matter of the view: what they need beyond it is the session's to fetch.
    /// </summary>
    public (Maildrop Next, Pop3Reply Reply) Execute(Pop3Command command) => command switch
    {
        Pop3Command.Stat => (this, Pop3Reply.Ok($"{Count} {Size}")),
        Pop3Command.List(null) => (this, Pop3Reply.Listing(Summary, Listed(SizeLine))),
        Pop3Command.List(int number) => (this, Describe(number, SizeLine)),
        Pop3Command.Uidl(null) => (this, Pop3Reply.Listing("Unique ids follow", Listed(UniqueIdLine))),
        Pop3Command.Uidl(int number) => (this, Describe(number, UniqueIdLine)),
        Pop3Command.Retr(var number) => (this, Describe(number, (_, entry) => $"{entry.Size} octets")),
        Pop3Command.Top(var number, _) => (this, Describe(number, (_, _) => "The top of the message follows")),
        Pop3Command.Dele(var number) => Delete(number),
        Pop3Command.Rset => Reset(),
        Pop3Command.Noop => (this, Pop3Reply.Ok("Nothing done")),
        Pop3Command.User or Pop3Command.Pass or Pop3Command.Auth => (this, Pop3Reply.Err("Already logged in")),
        Pop3Command.Stls => (this, Pop3Reply.Err("STLS comes before the login")),
        Pop3Command.Invalid(var reason) => (this, Pop3Reply.Err(reason)),
        _ => (this, Pop3Reply.Err("Not possible now")),
    };

    private static string SizeLine(int number, MaildropEntry entry) => $"{number} {entry.Size}";

    private static string UniqueIdLine(int number, MaildropEntry entry) => $"{number} {entry.UniqueId}";

    /// <summary>How many messages there are and how large they are together, in words.</summary>
    public string Summary => $"{Count} {(Count == 1 ? "message" : "messages")} ({Size} octets)";

    private Pop3Reply Describe(int number, Func<int, MaildropEntry, string> describe) =>
        Find(number) is { } entry ? Pop3Reply.Ok(describe(number, entry)) : Missing(number);

    private Pop3Reply Missing(int number) => Pop3Reply.Err(Deleted.Contains(number)
        ? $"Message {number} is marked as deleted"
        : Entries.IsEmpty ? "No such message: there is none" : $"No such message: the last is {Entries.Length}");

    /// <summary>Made line by line as it is read. The view it is made from cannot change meanwhile.</summary>
    private IEnumerable<string> Listed(Func<int, MaildropEntry, string> describe)
    {
        for (var number = 1; number <= Entries.Length; number++)
        {
            if (!Deleted.Contains(number))
                yield return describe(number, Entries[number - 1]);
        }
    }

    private (Maildrop Next, Pop3Reply Reply) Delete(int number) => Find(number) is { } entry
        ? (this with { Deleted = Deleted.Add(number), Size = Size - entry.Size },
            Pop3Reply.Ok($"Message {number} will be deleted at QUIT"))
        : (this, Missing(number));

    private (Maildrop Next, Pop3Reply Reply) Reset()
    {
        var marked = Deleted.Sum(number => Entries[number - 1].Size);
        var next = this with { Deleted = [], Size = Size + marked };
        return (next, Pop3Reply.Ok(next.Summary));
    }
}
