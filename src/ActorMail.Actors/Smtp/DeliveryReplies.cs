using System.Collections.Immutable;
using ActorMail.Actors.Mailboxes;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Files;

namespace ActorMail.Actors.Smtp;

/// <summary>What a client hears at the end of a message, once for all its recipients, or for each (LMTP).</summary>
internal static class DeliveryReplies
{
    /// <summary>Null for a message that came in whole, and was kept so far.</summary>
    public static SmtpReply? RefusalOf(MessageIntake intake, SmtpSettings settings) => intake switch
    {
        { StoreFault: StoreFullException } => SmtpReplies.StorageFull(settings),
        { StoreFault: not null } => SmtpReplies.DeliveryFailed(settings),
        { Fault: not DataFault.None } => SmtpReplies.Refusal(settings, intake.Fault),
        _ => null,
    };

    public static SmtpReply Failed(SmtpSettings settings, AppendFault reason) => reason switch
    {
        AppendFault.StoreFull => SmtpReplies.StorageFull(settings),
        AppendFault.OverQuota => SmtpReplies.OverQuota(settings, isForGood: false),
        AppendFault.LargerThanQuota => SmtpReplies.OverQuota(settings, isForGood: true),
        AppendFault.TooManyPending => SmtpReplies.MailboxBusy(settings),
        _ => SmtpReplies.DeliveryFailed(settings),
    };

    /// <summary>No mailbox has a copy, all for the same reason.</summary>
    public static ImmutableDictionary<MailboxName, AppendFault> AllOf(SmtpEnvelope envelope, AppendFault reason) =>
        envelope.Mailboxes.ToImmutableDictionary(mailbox => mailbox, _ => reason);

    /// <summary>A reply for each recipient in their order: with several mailboxes, all must have their copy.</summary>
    public static ImmutableArray<SmtpReply> ForEach(
        SmtpSettings settings,
        SmtpEnvelope envelope,
        string id,
        ImmutableDictionary<MailboxName, AppendFault> refused) =>
    [
        .. envelope.Recipients.Select(recipient =>
            ReasonOf(recipient, refused) is { } fault
                ? Failed(settings, fault)
                : SmtpReplies.AcceptedFor(settings, recipient.Address, id)),
    ];

    /// <summary>That one which does not follow from another mailbox's.</summary>
    private static AppendFault? ReasonOf(
        SmtpRecipient recipient, ImmutableDictionary<MailboxName, AppendFault> refused)
    {
        ImmutableArray<AppendFault> reasons =
            [.. recipient.Mailboxes.Where(refused.ContainsKey).Select(mailbox => refused[mailbox])];
        return reasons.IsEmpty ? null
            : reasons.FirstOrDefault(reason => reason is not AppendFault.Aborted, AppendFault.Aborted);
    }
}
