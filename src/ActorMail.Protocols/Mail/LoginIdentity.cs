namespace ActorMail.Protocols.Mail;

/// <summary>Who logged in: the mailbox that is open to him, and his address as the accounts write it.</summary>
public sealed record LoginIdentity(MailboxName Mailbox, MailAddress Address)
{
    public override string ToString() => Address.ToString();
}
