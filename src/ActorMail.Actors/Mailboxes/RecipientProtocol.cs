using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>Who is a recipient: asked at RCPT, of one actor, so that aliases will change no session.</summary>
public static class RecipientProtocol
{
    /// <param name="Size">Octets of the message as its sender declared them (RFC 1870 §5); null if he did not.</param>
    public sealed record ResolveRecipient(MailAddress Address, long? Size = null) : INoSerializationVerificationNeeded;

    /// <summary>Asks what an address stands for (RFC 5321 §3.5), which delivers nothing.</summary>
    public sealed record ExpandAddress(MailAddress Address) : INoSerializationVerificationNeeded;

    /// <summary>
    /// What <see cref="ExpandAddress"/> found: the addresses behind an alias or a catch-all, or the address itself, as
    /// it is without a detail and in the domain that its domain is another name of.
    /// </summary>
    public sealed record AddressExpanded(MailAddress Address, ImmutableArray<MailAddress> Targets, bool IsAlias)
        : INoSerializationVerificationNeeded;

    /// <summary>The mailboxes that a copy goes to; never empty, none twice.</summary>
    public sealed record RecipientResolved(MailAddress Address, ImmutableArray<MailboxName> Mailboxes)
        : INoSerializationVerificationNeeded;

    /// <summary>A mailbox has no room for the message as its sender declared it, or for any.</summary>
    /// <param name="IsForGood">The message is larger than all that the mailbox may ever hold.</param>
    public sealed record RecipientFull(MailAddress Address, bool IsForGood) : INoSerializationVerificationNeeded;

    /// <summary>The domain is ours, and nobody there has this name.</summary>
    public sealed record RecipientUnknown(MailAddress Address) : INoSerializationVerificationNeeded;

    /// <summary>The domain is not ours, and we do not relay.</summary>
    public sealed record RecipientNotLocal(MailAddress Address) : INoSerializationVerificationNeeded;

    /// <summary>Nobody can be looked up now: the accounts cannot be read.</summary>
    public sealed record RecipientNotResolved(MailAddress Address) : INoSerializationVerificationNeeded;
}
