using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Addresses;

/// <summary>An address that mail ends at, and its mailbox.</summary>
public readonly record struct AddressTarget(MailAddress Address, MailboxName Mailbox);
