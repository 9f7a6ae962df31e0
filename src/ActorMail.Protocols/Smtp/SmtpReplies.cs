using System.Collections.Immutable;
using System.Globalization;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Wire;

namespace ActorMail.Protocols.Smtp;

/// <summary>
/// The replies of the server, all but those to faulty syntax. Enhanced codes (RFC 3463) stand before every text that
/// RFC 2034 §4 wants them before; the basic profile has none. 220, 221 and 421 name the host (RFC 5321 §4.3.1).
/// </summary>
public static class SmtpReplies
{
    /// <summary>The same in every profile.</summary>
    public static SmtpReply SendData { get; } = new(354, null, "Send the message; end it with <CRLF>.<CRLF>");

    public static SmtpReply Greeting(SmtpSettings settings) =>
        new(220, null, $"{settings.Hostname} {(settings.IsBasic ? "SMTP" : "ESMTP")} ActorMail ready");

    public static SmtpReply Helo(SmtpSettings settings) => new(250, null, settings.Hostname);

    public static SmtpReply Ehlo(SmtpSettings settings) =>
        new(250, null, settings.Hostname, "PIPELINING",
            string.Create(CultureInfo.InvariantCulture, $"SIZE {settings.MaxMessageSize}"),
            "8BITMIME", "ENHANCEDSTATUSCODES", "HELP");

    /// <summary>To RSET and NOOP.</summary>
    public static SmtpReply Done(SmtpSettings settings) => Create(settings, 250, "2.0.0", "OK");

    public static SmtpReply SenderAccepted(SmtpSettings settings, MailAddress? reversePath) =>
        Create(settings, 250, "2.1.0", $"Sender <{reversePath}> OK");

    public static SmtpReply RecipientAccepted(SmtpSettings settings, MailAddress address) =>
        Create(settings, 250, "2.1.5", $"Recipient <{address}> OK");

    /// <summary>At the end of the data: every copy is durable.</summary>
    public static SmtpReply Accepted(SmtpSettings settings, string id) =>
        Create(settings, 250, "2.0.0", $"Stored as {id}");

    /// <summary>To VRFY, for everybody alike (RFC 5321 §7.3).</summary>
    public static SmtpReply NotVerified(SmtpSettings settings) =>
        Create(settings, 252, "2.0.0", "Addresses are checked at RCPT, not here");

    public static SmtpReply Goodbye(SmtpSettings settings) => CreateNamed(settings, 221, "2.0.0", "Goodbye");

    public static SmtpReply HeloFirst(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", $"EHLO or HELO comes first, such as EHLO {settings.DefaultDomain}");

    public static SmtpReply MailFirst(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", "MAIL FROM:<address> comes first");

    public static SmtpReply MailAlreadyGiven(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", "There is a sender already; RSET starts anew");

    public static SmtpReply RcptFirst(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", "No valid recipients: RCPT TO:<address> comes first");

    /// <summary>RFC 5321 §4.5.3.1.10: 452, and what was accepted before stays accepted.</summary>
    public static SmtpReply TooManyRecipients(SmtpSettings settings) => Create(settings, 452, "4.5.3",
        string.Create(CultureInfo.InvariantCulture,
            $"No more than {settings.MaxRecipients} recipients; send to the others in another transaction"));

    public static SmtpReply RecipientUnknown(SmtpSettings settings, MailAddress address) =>
        Create(settings, 550, "5.1.1", $"There is no mailbox <{address}> here");

    public static SmtpReply RelayDenied(SmtpSettings settings, MailAddress address) =>
        Create(settings, 550, "5.7.1", $"<{address}> is not in a domain of ours, and this server does not relay");

    public static SmtpReply RecipientNotResolved(SmtpSettings settings) =>
        Create(settings, 451, "4.3.0", "Recipients cannot be looked up now; try again later");

    /// <summary>At MAIL (RFC 1870 §6.1).</summary>
    public static SmtpReply NoSpaceForMail(SmtpSettings settings) =>
        Create(settings, 452, "4.3.1", "There is no space for a message of this size now; try again later");

    /// <summary>At the end of the data.</summary>
    public static SmtpReply StorageFull(SmtpSettings settings) =>
        Create(settings, 452, "4.3.1", "There is no space left for this message; try again later");

    public static SmtpReply MailboxBusy(SmtpSettings settings) =>
        Create(settings, 452, "4.3.2", "Too many messages wait for this mailbox; try again later");

    public static SmtpReply DeliveryFailed(SmtpSettings settings) =>
        Create(settings, 451, "4.3.0", "The message could not be stored; try again later");

    public static SmtpReply MessageTooLarge(SmtpSettings settings) => Create(settings, 552, "5.3.4",
        string.Create(CultureInfo.InvariantCulture,
            $"The message is larger than the limit of {settings.MaxMessageSize} octets"));

    public static SmtpReply BareLineEnd(SmtpSettings settings) =>
        Create(settings, 554, "5.6.11", "Lines end in CR LF; this message has a CR or an LF alone");

    public static SmtpReply MailLoop(SmtpSettings settings) =>
        Create(settings, 554, "5.4.6", "Too many Received fields: this message goes round in circles");

    /// <summary>What the decoder found, as the reply to the end of the data.</summary>
    public static SmtpReply Refusal(SmtpSettings settings, DataFault fault) => fault switch
    {
        DataFault.BareLineEnd => BareLineEnd(settings),
        DataFault.TooLarge => MessageTooLarge(settings),
        DataFault.TooManyReceived => MailLoop(settings),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "not a fault"),
    };

    public static SmtpReply LineTooLong(SmtpSettings settings) =>
        Create(settings, 500, "5.5.2", "The line is too long");

    public static SmtpReply TimedOut(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.4.2", "Waited too long, closing");

    public static SmtpReply SessionTooLong(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.4.2", "The session took too long, closing");

    public static SmtpReply ShuttingDown(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.3.2", "Shutting down, closing");

    public static SmtpReply Failed(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.3.0", "A fault of this server, closing");

    /// <summary>The server as a whole is full.</summary>
    public static SmtpReply TooManyConnections(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.3.2", "Too many connections, try again later");

    public static SmtpReply TooManyConnectionsFromAddress(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.7.0", "Too many connections from your address, try again later");

    public static SmtpReply TlsOnPlainPort(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.7.0", "This port does not speak TLS, closing");

    public static SmtpReply TooManyErrors(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.7.0", "Too many errors, closing");

    public static SmtpReply TooManyCommands(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.7.0", "Too many commands in one session, closing");

    internal static SmtpReply Create(
        SmtpSettings settings, int code, string enhanced, params ImmutableArray<string> lines) =>
        new(code, settings.IsBasic ? null : enhanced, lines);

    internal static SmtpReply CreateNamed(SmtpSettings settings, int code, string enhanced, string text) =>
        Create(settings, code, enhanced, $"{settings.Hostname} {text}");
}
