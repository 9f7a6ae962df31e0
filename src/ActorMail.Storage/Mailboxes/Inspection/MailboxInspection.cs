using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes.Inspection;

/// <summary>What an inspection of a mailbox came to.</summary>
/// <param name="Messages">Those of the index; of the file, where there is no index.</param>
/// <param name="FileLength">Octets of the mailbox file.</param>
/// <param name="Findings">Empty if all is well.</param>
public sealed record MailboxInspection(
    MailboxName Mailbox, int Messages, long FileLength, ImmutableArray<Finding> Findings);
