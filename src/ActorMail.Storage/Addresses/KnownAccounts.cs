using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Addresses;

/// <summary>Who has an account, as it was at one moment; asked from any thread.</summary>
/// <param name="First">Takes the mail of a postmaster that nobody is.</param>
/// <param name="IsComplete">False while the accounts cannot be read: somebody new may be missing.</param>
public sealed record KnownAccounts(Func<MailboxName, bool> Contains, AddressTarget? First, bool IsComplete);
