using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>An accepted RCPT: the address as the client gave it, and where its copies go.</summary>
public sealed record SmtpRecipient(
    MailAddress Address, RcptParameters Parameters, ImmutableArray<MailboxName> Mailboxes);
