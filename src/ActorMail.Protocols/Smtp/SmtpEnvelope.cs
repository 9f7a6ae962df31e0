using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>A transaction as far as it has come: who sends, to whom, and how (RFC 5321 §2.3.1).</summary>
/// <param name="ReversePath">Null for the null path.</param>
public sealed record SmtpEnvelope(MailAddress? ReversePath, MailParameters Parameters)
{
    /// <summary>In the order of their RCPTs; one that was named twice stands here twice.</summary>
    public ImmutableArray<SmtpRecipient> Recipients { get; init; } = [];

    /// <summary>The message comes by BDAT and has begun (RFC 3030 §2).</summary>
    public bool IsChunked { get; init; }

    /// <summary>Octets of the chunks so far.</summary>
    public long ChunkOctets { get; init; }

    /// <summary>Where copies go: each mailbox once, however many recipients lead to it, in ordinal order.</summary>
    public ImmutableArray<MailboxName> Mailboxes =>
    [
        .. Recipients.SelectMany(recipient => recipient.Mailboxes).Distinct()
            .OrderBy(mailbox => mailbox.Value, StringComparer.Ordinal),
    ];
}
