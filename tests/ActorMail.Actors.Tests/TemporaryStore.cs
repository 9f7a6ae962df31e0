using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Tests;

/// <summary>A store in a folder of its own.</summary>
internal sealed class TemporaryStore : IDisposable
{
    private readonly List<Mailbox> _mailboxes = [];
    private readonly string _root = Directory.CreateTempSubdirectory("actormail-").FullName;

    public TemporaryStore(StoreOptions? options = null) =>
        Store = MailStore.Open(_root, options ?? new StoreOptions { MinFreeSpace = 0 }, new FixedTime(), _ => { });

    public MailStore Store { get; }

    public static MailboxName NameOf(string value)
    {
        Assert.True(MailboxName.TryFromValue(value, out var name));
        return name;
    }

    public string PathOf(string mailbox) => Path.Combine(_root, "mail", mailbox);

    /// <summary>The octets of a mailbox file as text; empty if there is none.</summary>
    public string Read(string mailbox) =>
        File.Exists(PathOf(mailbox)) ? File.ReadAllText(PathOf(mailbox), Encoding.Latin1) : "";

    /// <summary>Messages in a mailbox file by the count of their first lines.</summary>
    public int Count(string mailbox) =>
        Read(mailbox).Split('\n').Count(line => line.StartsWith("From ", StringComparison.Ordinal));

    public MessageDraft Draft(string stored) => Store.Draft(stored);

    /// <summary>A mailbox without an actor, open as long as the store.</summary>
    public Mailbox Open(string mailbox)
    {
        var opened = Store.OpenMailbox(NameOf(mailbox));
        _mailboxes.Add(opened);
        return opened;
    }

    /// <summary>Puts a message into a mailbox that has no actor, and reads it there.</summary>
    public MessageSlice Deliver(Mailbox mailbox, string stored)
    {
        var change = mailbox.Reserve(Draft(stored));
        Store.Append([MailboxRecord.Deliver([change])]);
        mailbox.Settle();
        return mailbox.Slice(change.Uid)!;
    }

    public void Dispose()
    {
        _mailboxes.ForEach(mailbox => mailbox.Dispose());
        Store.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
