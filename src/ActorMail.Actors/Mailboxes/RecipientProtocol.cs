using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using Akka.Actor;

namespace ActorMail.Actors.Mailboxes;

/// <summary>Who is a recipient: asked at RCPT, of one actor, so that aliases will change no session.</summary>
public static class RecipientProtocol
{
    public sealed record ResolveRecipient(MailAddress Address) : INoSerializationVerificationNeeded;

    /// <summary>The mailboxes that a copy goes to; never empty, none twice.</summary>
    public sealed record RecipientResolved(MailAddress Address, ImmutableArray<MailboxName> Mailboxes)
        : INoSerializationVerificationNeeded;

    /// <summary>The domain is ours, and nobody there has this name.</summary>
    public sealed record RecipientUnknown(MailAddress Address) : INoSerializationVerificationNeeded;

    /// <summary>The domain is not ours, and we do not relay.</summary>
    public sealed record RecipientNotLocal(MailAddress Address) : INoSerializationVerificationNeeded;

    /// <summary>Nobody can be looked up now: the accounts cannot be read.</summary>
    public sealed record RecipientNotResolved(MailAddress Address) : INoSerializationVerificationNeeded;

    /// <summary>Asks where mail to an address goes, for VRFY and EXPN; nobody is to get a copy.</summary>
    public sealed record ExpandAddress(MailAddress Address) : INoSerializationVerificationNeeded;

    /// <summary>The address itself, or what stands for it; never empty.</summary>
    public sealed record AddressExpanded(MailAddress Address, ImmutableArray<MailAddress> Targets, bool IsAlias)
        : INoSerializationVerificationNeeded;
}
