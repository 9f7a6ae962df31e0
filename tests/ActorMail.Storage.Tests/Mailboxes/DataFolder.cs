using System.Globalization;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Files;
using ActorMail.Storage.Journal;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>A data folder that is gone after the test, with the words that tests use of it.</summary>
internal sealed class DataFolder : IDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 3, 12, 0, 0, TimeSpan.Zero);

    public DataFolder() => Root = Directory.CreateTempSubdirectory("actormail-").FullName;

    public string Root { get; }

    public List<string> Reports { get; } = [];

    public HandClock Clock { get; } = new(Noon);

    public StoreOptions Options { get; init; } = new() { Journal = SmallRing };

    /// <summary>Made in no time.</summary>
    public static JournalOptions SmallRing => new() { SegmentSize = 512 * 1024, MaxSegmentSize = 1024 * 1024 };

    public static MailboxName Bob => Name("bob@example.org");

    public string MailFile => Path.Join(Root, "mail", Bob.Value);

    public string MetaFolder => Path.Join(Root, "meta", Bob.Value);

    public string IndexFile => Path.Join(MetaFolder, "INBOX.aml");

    public static MailboxName Name(string address)
    {
        var at = address.LastIndexOf('@');
        var parsed = at < 0 ? new MailAddress(address, "") : new MailAddress(address[..at], address[(at + 1)..]);
        return MailboxName.TryFrom(parsed, out var name) ? name : throw new ArgumentException(address);
    }

    public MailStore Open(IDisk? disk = null) => MailStore.Open(Root, Options, Clock, Report, disk);

    public byte[] ReadMail() => File.ReadAllBytes(MailFile);

    /// <summary>A body of stored octets with what the decoder would have said of it.</summary>
    public static MessageBody Body(MailStore store, string stored)
    {
        var octets = Encoding.Latin1.GetBytes(stored);
        using var writer = store.CreateBody();
        octets.CopyTo(writer.GetSpan(octets.Length));
        writer.Advance(octets.Length);
        var blank = stored.StartsWith('\n') ? 0 : stored.IndexOf("\n\n", StringComparison.Ordinal) + 1;
        var header = stored.StartsWith('\n') ? 1 : blank == 0 ? octets.Length : blank + 1;
        return writer.Complete(octets.Length + octets.Count(octet => octet == '\n'), header, BodyTraits.None);
    }

    public static MessageDraft Draft(MailStore store, string stored, string prefix = "") =>
        new("ann@example.net", Encoding.Latin1.GetBytes(prefix), Body(store, stored), Noon);

    public static void Deliver(MailStore store, Mailbox mailbox, params string[] messages) =>
        Deliver(store, mailbox, messages.Select(message => Draft(store, message)));

    /// <summary>Each is durable and in its file when this returns; the bodies are used up.</summary>
    public static void Deliver(MailStore store, Mailbox mailbox, IEnumerable<MessageDraft> drafts)
    {
        foreach (var draft in drafts)
        {
            using (draft.Body)
                Commit(store, mailbox, MailboxRecord.Deliver([Reserve(mailbox, draft)]));
        }
    }

    /// <summary>As a mailbox actor does it: what stands in the way is done first.</summary>
    public static AppendChange Reserve(Mailbox mailbox, MessageDraft draft)
    {
        Assert.True(mailbox.Refresh());
        return mailbox.Reserve(draft);
    }

    public static void Expunge(MailStore store, Mailbox mailbox, params uint[] uids)
    {
        Assert.True(mailbox.Refresh());
        if (mailbox.ReserveExpunge([.. uids], mailbox.View.UidValidity) is { } change)
            Commit(store, mailbox, MailboxRecord.Expunge(change));
    }

    public static void SetFlags(MailStore store, Mailbox mailbox, FlagChange change, params uint[] uids)
    {
        if (mailbox.ReserveFlags([.. uids], change) is { } reserved)
            Commit(store, mailbox, MailboxRecord.SetFlags(reserved));
    }

    public static void Compact(MailStore store, Mailbox mailbox)
    {
        using var compaction = mailbox.BeginCompaction();
        Assert.NotNull(compaction);
        compaction.CopyLive(isSmall: true, CancellationToken.None);
        var change = mailbox.ReserveCompaction(compaction);
        Assert.NotNull(change);
        Commit(store, mailbox, MailboxRecord.Compact(change));
    }

    public static void Commit(MailStore store, Mailbox mailbox, MailboxRecord record)
    {
        var outcome = store.Append([record]);
        Assert.Equal((1, null), (outcome.Done, outcome.Fault));
        Assert.All(mailbox.Settle(), change => Assert.True(change.IsCommitted));
        Assert.Equal(0, mailbox.Unapplied);
    }

    /// <summary>What the mailbox gives back, message by message.</summary>
    public static List<string> Texts(Mailbox mailbox) =>
        [.. mailbox.View.Messages.Select(message => Text(Mailbox.SliceOf(message, mailbox.Content!)))];

    public static string Text(MessageSlice slice)
    {
        var octets = new byte[slice.Length];
        Assert.Equal(octets.Length, slice.Read(octets, 0));
        return Encoding.Latin1.GetString(octets);
    }

    public static string Mail(int number) => string.Create(
        CultureInfo.InvariantCulture, $"Subject: {number}\nMessage-ID: <{number}@x>\n\nText of number {number}.\n");

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private void Report(string text)
    {
        lock (Reports)
            Reports.Add(text);
    }
}
