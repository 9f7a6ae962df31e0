using System.Globalization;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Files;
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

    public StoreOptions Options { get; init; } = new();

    public static MailboxName Bob => Name("bob@example.org");

    public string MailFile => Path.Join(Root, "mail", Bob.Value);

    public string MetaFolder => Path.Join(Root, "meta", Bob.Value);

    public string LogFile => Directory.GetFiles(MetaFolder, "*.aml").Single();

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

    public static void Deliver(MailStore store, Mailbox mailbox, params string[] messages)
    {
        var drafts = messages.Select(message => Draft(store, message)).ToList();
        try
        {
            mailbox.Commit(mailbox.Prepare(drafts));
        }
        finally
        {
            drafts.ForEach(draft => draft.Body.Dispose());
        }
    }

    /// <summary>What the mailbox gives back, message by message.</summary>
    public static List<string> Texts(Mailbox mailbox) =>
        [.. mailbox.View.Messages.Select(message => Text(mailbox.Content.Slice(message)))];

    public static string Text(MessageSlice slice)
    {
        var octets = new byte[slice.Length];
        var count = RandomAccess.Read(slice.File, octets, slice.Offset);
        Assert.Equal(octets.Length, count);
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
