using ActorMail.Protocols.Mail;
using ActorMail.Storage.Addresses;

namespace ActorMail.Storage.Tests.Addresses;

/// <summary>Address books of a few words.</summary>
internal static class Books
{
    public static AddressOptions Options { get; } = new()
    {
        Domains = ["example.org", "example.com", "xn--bcher-kva.example"],
        DefaultDomain = "example.org",
        Delimiter = "+",
        DomainAliases =
        [
            Named("example.net example.org"), Named("*.example.org example.org"), Named("*.b.example.org example.com"),
        ],
    };

    public static DomainAlias Named(string text) =>
        DomainAlias.TryParse(text, out var alias) ? alias : throw new ArgumentException(text, nameof(text));

    public static AddressBook Of(AddressOptions options, params string[] aliases)
    {
        var (entries, faults) = AliasTable.Read(string.Join('\n', aliases));
        Assert.Empty(faults);
        var (book, more) = AddressBook.Make(options, entries);
        Assert.Empty(more);
        return book;
    }

    public static string FaultsOf(AddressOptions options, params string[] aliases)
    {
        var (entries, faults) = AliasTable.Read(string.Join('\n', aliases));
        var (_, more) = AddressBook.Make(options, entries);
        return string.Join('\n', faults.Concat(more));
    }

    public static MailAddress Address(string text) =>
        MailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    public static MailboxName Mailbox(string text) =>
        MailboxName.TryFrom(Address(text), out var name) ? name : throw new ArgumentException(text, nameof(text));

    /// <summary>Accounts, the first of them first.</summary>
    public static KnownAccounts Having(params string[] addresses)
    {
        var names = addresses.Select(Mailbox).ToHashSet();
        AddressTarget? first = addresses is [var one, ..] ? new AddressTarget(Address(one), Mailbox(one)) : null;
        return new KnownAccounts(names.Contains, first, IsComplete: true);
    }

    /// <summary>The kind and the mailboxes, with the detail if there is one.</summary>
    public static string Show(this AddressMatch match)
    {
        var targets = string.Join(' ', match.Targets.Select(target => target.Mailbox.Value));
        var detail = match.Detail.Length == 0 ? "" : $" ({match.Detail})";
        return $"{match.Kind} {targets}".TrimEnd() + detail;
    }

    public static string Find(this AddressBook book, string address, KnownAccounts? accounts) =>
        book.Find(Address(address), accounts).Show();
}
