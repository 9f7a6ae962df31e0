using System.Collections.Immutable;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Smtp;

/// <summary>A message that came in whole, with its envelope, on its way to the mailboxes.</summary>
/// <param name="Id">Of the delivery, as in the reply and in the log.</param>
/// <param name="Octets">As the client counts them.</param>
/// <param name="StartedAt">By the monotonic clock.</param>
internal sealed record OutgoingMessage(string Id, SmtpEnvelope Envelope, long Octets, long StartedAt)
{
    /// <summary>What our trace fields say of a message that has just come in.</summary>
    public static TraceInfo Trace(SmtpDialog dialog, Connection connection, string id, DateTimeOffset now)
    {
        var envelope = dialog.Envelope!;
        return new TraceInfo(
            dialog.Settings.Hostname,
            dialog.HeloName ?? "",
            connection.Remote.Address,
            ProtocolOf(dialog, envelope),
            connection.Tls is { } tls ? new TransportSecurity(tls.Version, tls.Cipher) : null,
            dialog.Identity is not null,
            id,
            envelope.ReversePath,
            envelope.Recipients is [var only] ? only.Address : null,
            now);
    }

    /// <summary>Each mailbox is offered its copy under our trace fields.</summary>
    /// <param name="added">Fields that the message lacks (RFC 6409 §8).</param>
    /// <param name="isEach">Each recipient is answered for alone.</param>
    public DeliveryProtocol.DeliverMessage ToDelivery(
        TraceInfo trace, ImmutableArray<string> added, bool separate, MessageBody body, bool isEach)
    {
        var prefix = TraceFields.Compose(trace, added, separate);
        var draft = new MessageDraft(Envelope.ReversePath?.ToString() ?? "", prefix, body, trace.Date);
        var byOtherName =
            from recipient in Envelope.Recipients
            from mailbox in recipient.Mailboxes
            group recipient.Address by mailbox into named
            where !named.Any(address => IsNameOf(named.Key, address))
            select (Mailbox: named.Key, Address: named.First());
        var prefixes = byOtherName.ToImmutableDictionary(
            it => it.Mailbox,
            it => (ReadOnlyMemory<byte>)TraceFields.Compose(
                trace with { DeliveredTo = it.Address }, added, separate));
        return new DeliveryProtocol.DeliverMessage(Id, Envelope.Mailboxes, draft)
        {
            Prefixes = prefixes,
            Groups = isEach ? [.. Envelope.Recipients.Select(recipient => recipient.Mailboxes)] : [],
        };
    }

    private static TransportProtocol ProtocolOf(SmtpDialog dialog, SmtpEnvelope envelope) => dialog switch
    {
        { Settings.IsLmtp: true } =>
            envelope.Parameters.IsUtf8 ? TransportProtocol.Utf8Lmtp : TransportProtocol.Lmtp,
        { IsExtended: false } => TransportProtocol.Smtp,
        _ => envelope.Parameters.IsUtf8 ? TransportProtocol.Utf8Smtp : TransportProtocol.Esmtp,
    };

    private static bool IsNameOf(MailboxName mailbox, MailAddress address) =>
        MailboxName.TryFrom(address, out var own) && own == mailbox;
}
