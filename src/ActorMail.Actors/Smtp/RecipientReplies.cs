using ActorMail.Actors.Mailboxes;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;

namespace ActorMail.Actors.Smtp;

/// <summary>What a client hears of a recipient that is not taken.</summary>
internal static class RecipientReplies
{
    /// <summary>Null for any other message.</summary>
    public static (MailAddress Address, SmtpReply Reply)? Of(object message, SmtpSettings settings) => message switch
    {
        RecipientProtocol.RecipientUnknown(var address) => (address, SmtpReplies.RecipientUnknown(settings, address)),
        RecipientProtocol.RecipientNotLocal(var address) => (address, SmtpReplies.RelayDenied(settings, address)),
        RecipientProtocol.RecipientFull(var address, var isForGood)
            => (address, SmtpReplies.MailboxFull(settings, address, isForGood)),
        RecipientProtocol.RecipientNotResolved(var address) => (address, SmtpReplies.RecipientNotResolved(settings)),
        _ => null,
    };
}
