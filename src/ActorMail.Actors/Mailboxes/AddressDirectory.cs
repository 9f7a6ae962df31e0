using ActorMail.Protocols.Mail;
using ActorMail.Storage.Addresses;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// The address book as the resolver last read it, and who had an account then: for sessions, which may ask from any
/// thread and without a message. A change of the files is seen within seconds. Empty until the resolver has started.
/// </summary>
public sealed class AddressDirectory
{
    private volatile Edition? _edition;

    /// <param name="accounts">Null where every address has a mailbox.</param>
    public void Publish(AddressBook book, KnownAccounts? accounts) => _edition = new Edition(book, accounts);

    /// <inheritdoc cref="AddressBook.LeadsTo"/>
    public bool LeadsTo(MailAddress address, MailboxName mailbox) =>
        _edition is { } edition && edition.Book.LeadsTo(address, mailbox, edition.Accounts);

    private sealed record Edition(AddressBook Book, KnownAccounts? Accounts);
}
