using ActorMail.Storage.Accounts;
using ActorMail.Storage.Addresses;

namespace ActorMail.Actors.Mailboxes;

/// <summary>The accounts of a file, as an address book asks for them.</summary>
public static class AccountsOnFile
{
    /// <param name="isComplete">False while the file cannot be read.</param>
    public static KnownAccounts Know(AccountFile accounts, bool isComplete)
    {
        var find = accounts.Freeze();
        var first = accounts.All.Count > 0 ? accounts.All[0] : null;
        return new KnownAccounts(
            mailbox => find(mailbox) is not null,
            first is null ? null : new AddressTarget(first.Identity.Address, first.Mailbox),
            isComplete);
    }
}
