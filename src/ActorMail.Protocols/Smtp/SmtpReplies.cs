using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
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

    /// <summary>
    /// Also where no mail is taken; afterwards only QUIT is (RFC 5321 §3.1, RFC 7504 §3).
    /// </summary>
    public static SmtpReply Greeting(SmtpSettings settings) => settings.Service switch
    {
        SmtpService.Never => new SmtpReply(521, null, $"{settings.Hostname} takes no mail"),
        SmtpService.Closed => new SmtpReply(554, null, $"{settings.Hostname} takes no mail at present"),
        _ => new SmtpReply(220, null, $"{settings.Hostname} {ProtocolOf(settings)} ActorMail ready"),
    };

    public static SmtpReply NothingButQuit(SmtpSettings settings) => settings.Service is SmtpService.Never
        ? Create(settings, 521, "5.3.2", "No mail is taken here; there is QUIT only")
        : Create(settings, 503, "5.3.2", "No mail is taken at present; there is QUIT only");

    public static SmtpReply Helo(SmtpSettings settings) => new(250, null, settings.Hostname);

    public static SmtpReply Ehlo(SmtpSettings settings, SmtpAccess access, LoginIdentity? login)
    {
        List<string> lines =
        [
            settings.Hostname,
            "PIPELINING",
            string.Create(CultureInfo.InvariantCulture, $"SIZE {settings.MaxMessageSize}"),
            "8BITMIME",
            "SMTPUTF8",
            "CHUNKING",
            "BINARYMIME",
            "DSN",
            LimitsOf(settings),
        ];
        if (access.CanStartTls && login is null)
            lines.Add("STARTTLS");
        // Over LMTP there is nothing to log in for, and Exim has room for 256 octets of this reply.
        if (!access.Mechanisms.IsEmpty && login is null && !settings.IsLmtp)
            lines.Add($"AUTH {string.Join(' ', access.Mechanisms)}");
        if (settings.CanExpand(login))
            lines.Add("EXPN");
        if (access.MaySpeakForOthers)
            lines.Add($"XCLIENT {XclientAttributes.Names}");
        return new SmtpReply(250, null, [.. lines, "ENHANCEDSTATUSCODES", "HELP"]);
    }

    /// <summary>To RSET and NOOP.</summary>
    public static SmtpReply Done(SmtpSettings settings) => Create(settings, 250, "2.0.0", "OK");

    public static SmtpReply SenderAccepted(SmtpSettings settings, MailAddress? reversePath) =>
        Create(settings, 250, "2.1.0", $"Sender <{reversePath}> OK");

    public static SmtpReply RecipientAccepted(SmtpSettings settings, MailAddress address) =>
        Create(settings, 250, "2.1.5", $"Recipient <{address}> OK");

    /// <summary>At the end of the data: every copy is durable.</summary>
    public static SmtpReply Accepted(SmtpSettings settings, string id) =>
        Create(settings, 250, "2.0.0", $"Stored as {id}");

    /// <summary>To a chunk that is not the last (RFC 3030 §2).</summary>
    public static SmtpReply ChunkAccepted(SmtpSettings settings, long octets) => Create(settings, 250, "2.0.0",
        string.Create(CultureInfo.InvariantCulture, $"{octets} octets received"));

    /// <summary>RFC 3030 §2.</summary>
    public static SmtpReply DataAfterChunks(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", "The message has begun by BDAT and goes on so; RSET starts anew");

    public static SmtpReply InsideChunks(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", "The message has begun: BDAT goes on with it, RSET starts anew");

    /// <summary>RFC 3030 §3.</summary>
    public static SmtpReply BinaryNeedsChunks(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", "A message with BODY=BINARYMIME comes by BDAT");

    /// <summary>RFC 6531 §3.5.</summary>
    public static SmtpReply RecipientNeedsUtf8(SmtpSettings settings) =>
        Create(settings, 553, "5.6.7", "An address beyond ASCII needs MAIL FROM:<address> SMTPUTF8");

    public static SmtpReply TooManyMessages(SmtpSettings settings) => CreateNamed(settings, 421, "4.7.0",
        string.Create(CultureInfo.InvariantCulture,
            $"No more than {settings.MaxMessages} messages in one session (smtp.max-messages), closing"));

    /// <summary>At the end of a message in LMTP, for one recipient (RFC 2033 §4.2).</summary>
    public static SmtpReply AcceptedFor(SmtpSettings settings, MailAddress address, string id) =>
        Create(settings, 250, "2.0.0", $"<{address}> Stored as {id}");

    public static SmtpReply ExpandingOff(SmtpSettings settings) =>
        Create(settings, 502, "5.5.1", "EXPN is not done here");

    /// <summary>To VRFY and EXPN for somebody who may know, with one line an address.</summary>
    public static SmtpReply Addresses(SmtpSettings settings, ImmutableArray<MailAddress> addresses, bool isUtf8)
    {
        ImmutableArray<string> lines = [.. addresses.Select(address => $"<{address}>")];
        if (addresses.All(address => address.IsAscii))
            return Create(settings, 250, "2.1.5", lines);

        return isUtf8
            ? SmtpReply.InUtf8(250, "2.1.5", lines)
            : Create(settings, 252, "2.6.8", "The address is beyond ASCII: ask again with SMTPUTF8 behind it");
    }

    public static SmtpReply BadAddress(SmtpSettings settings) =>
        Create(settings, 501, "5.1.3", $"Bad address; a good one would be bob@{settings.DefaultDomain}");

    public static SmtpReply NotTrusted(SmtpSettings settings) =>
        Create(settings, 550, "5.7.0", "XCLIENT is for front ends that the settings name");

    public static SmtpReply XclientInTransaction(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", "XCLIENT comes before MAIL; RSET starts anew");

    /// <summary>To VRFY, for everybody alike (RFC 5321 §7.3).</summary>
    public static SmtpReply NotVerified(SmtpSettings settings) =>
        Create(settings, 252, "2.0.0", "Addresses are checked at RCPT, not here");

    public static SmtpReply Goodbye(SmtpSettings settings) => CreateNamed(settings, 221, "2.0.0", "Goodbye");

    public static SmtpReply HeloFirst(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", $"EHLO or HELO comes first, such as EHLO {SmtpSettings.ClientExample}");

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

    /// <summary>The quota of the mailbox or of its domain: for now, unless it would never hold the message.</summary>
    public static SmtpReply MailboxFull(SmtpSettings settings, MailAddress address, bool isForGood) =>
        isForGood
            ? Create(settings, 552, "5.2.2", $"The message is larger than all that <{address}> may hold (quota)")
            : Create(settings, 452, "4.2.2", $"The mailbox of <{address}> is full (quota); try again later");

    /// <summary>After the end of a message: of the quota of one of its mailboxes, or of a domain.</summary>
    public static SmtpReply OverQuota(SmtpSettings settings, bool isForGood) => isForGood
        ? Create(settings, 552, "5.2.2", "The message is larger than all that a recipient may hold (quota)")
        : Create(settings, 452, "4.2.2", "The mailbox of a recipient is full (quota); try again later");

    public static SmtpReply RelayDenied(SmtpSettings settings, MailAddress address) =>
        Create(settings, 550, "5.7.1", settings.IsSubmission
            ? $"Mail for <{address}> would go to another server, and this one does not send mail out yet"
            : $"<{address}> is not in a domain of ours, and this server does not relay");

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

    public static SmtpReply BareLineFeed(SmtpSettings settings) =>
        CreateNamed(
            settings, 421, "4.4.2",
            "Waited too long: a line ends with CR and LF, not with LF alone (nc -C sends both)");

    public static SmtpReply SessionTooLong(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.4.2", "The session took too long, closing");

    public static SmtpReply ShuttingDown(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.3.2", "Shutting down, closing");

    public static SmtpReply Failed(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.3.0", "A fault of this server, closing");

    /// <summary>The server as a whole is full.</summary>
    public static SmtpReply TooManyConnections(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.3.2", "Too many connections (connections.max), try again later");

    public static SmtpReply TooManyConnectionsFromAddress(SmtpSettings settings) =>
        CreateNamed(
            settings, 421, "4.7.0",
            "Too many connections from your address (connections.max-per-address), try again later");

    public static SmtpReply TlsOnPlainPort(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.7.0", "This port does not speak TLS, closing");

    public static SmtpReply TooManyErrors(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.7.0", "Too many errors (smtp.max-errors), closing");

    public static SmtpReply TooManyCommands(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.7.0", "Too many commands in one session (smtp.max-commands), closing");

    public static SmtpReply ReadyForTls(SmtpSettings settings) =>
        CreateNamed(settings, 220, "2.0.0", "Ready to start TLS");

    public static SmtpReply AlreadySecure(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", "TLS is in use already");

    public static SmtpReply TlsAfterLogin(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", "STARTTLS comes before AUTH");

    /// <summary>RFC 3207 §4: for now, and the session goes on in clear.</summary>
    public static SmtpReply NoTls(SmtpSettings settings) =>
        Create(settings, 454, "4.7.0", "TLS is not available at the moment");

    public static SmtpReply TlsRequired(SmtpSettings settings) =>
        Create(settings, 530, "5.7.0", "STARTTLS comes first: nothing is taken in clear here");

    public static SmtpReply LoginRequired(SmtpSettings settings) =>
        Create(settings, 530, "5.7.0", "Authentication required: log in with AUTH first");

    /// <summary>A challenge, which is base64 and may be empty, of any length (RFC 4954 §4).</summary>
    public static void WriteChallenge(string base64, IBufferWriter<byte> output)
    {
        output.Write("334 "u8);
        Encoding.ASCII.GetBytes(base64, output);
        output.Write("\r\n"u8);
    }

    public static SmtpReply EhloFirst(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", $"EHLO comes first, such as EHLO {SmtpSettings.ClientExample}");

    public static SmtpReply LoggedIn(SmtpSettings settings) => Create(settings, 235, "2.7.0", "Logged in");

    /// <summary>The same for an unknown user, a wrong password and a mailbox of somebody else.</summary>
    public static SmtpReply LoginRefused(SmtpSettings settings) =>
        Create(settings, 535, "5.7.8", "Wrong user or password");

    /// <summary>RFC 4954 §6: the client's password may well be right.</summary>
    public static SmtpReply LoginNotChecked(SmtpSettings settings) =>
        Create(settings, 454, "4.7.0", "Logins cannot be checked now, try again later");

    public static SmtpReply LoginCancelled(SmtpSettings settings) => Create(settings, 501, "5.7.0", "Login cancelled");

    public static SmtpReply LoginMalformed(SmtpSettings settings, string reason) =>
        Create(settings, 501, "5.5.2", reason);

    public static SmtpReply LoginLineTooLong(SmtpSettings settings) =>
        Create(settings, 500, "5.5.6", "The line is too long for a login");

    public static SmtpReply AlreadyLoggedIn(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", "Logged in already");

    public static SmtpReply LoginInTransaction(SmtpSettings settings) =>
        Create(settings, 503, "5.5.1", "AUTH comes before MAIL; RSET starts anew");

    public static SmtpReply TlsForLogin(SmtpSettings settings) =>
        Create(settings, 538, "5.7.11", "No login without TLS: STARTTLS comes first");

    public static SmtpReply UnknownMechanism(SmtpSettings settings, SmtpAccess access) =>
        Create(settings, 504, "5.5.4", access.Mechanisms.IsEmpty
            ? "No logins are taken here"
            : $"Known mechanisms: {string.Join(' ', access.Mechanisms)}");

    public static SmtpReply TooManyLoginFailures(SmtpSettings settings) =>
        CreateNamed(settings, 421, "4.7.0", "Too many failed logins, closing");

    public static SmtpReply DomainNotWhole(SmtpSettings settings, MailAddress address) =>
        Create(settings, 501, "5.1.3", $"<{address}> needs its whole domain, such as {settings.DefaultDomain}");

    /// <summary>RFC 6409 §6.1.</summary>
    public static SmtpReply NotYourAddress(SmtpSettings settings, MailAddress address, LoginIdentity login) =>
        Create(settings, 553, "5.7.1", $"<{address}> is not an address of {login}");

    /// <summary>What the message itself says in From or Sender.</summary>
    public static SmtpReply NotYourMessage(SmtpSettings settings, string reason) =>
        Create(settings, 553, "5.7.1", reason);

    public static SmtpReply HeaderTooLarge(SmtpSettings settings) =>
        Create(settings, 552, "5.3.4", "The header of the message is too large");

    private static string ProtocolOf(SmtpSettings settings) =>
        settings.IsBasic ? "SMTP" : settings.IsLmtp ? "LMTP" : "ESMTP";

    /// <summary>RFC 9422 §4.</summary>
    private static string LimitsOf(SmtpSettings settings) => string.Create(CultureInfo.InvariantCulture,
        $"LIMITS MAILMAX={settings.MaxMessages} RCPTMAX={settings.MaxRecipients}");

    internal static SmtpReply Create(
        SmtpSettings settings, int code, string enhanced, params ImmutableArray<string> lines) =>
        new(code, settings.IsBasic ? null : enhanced, lines);

    internal static SmtpReply CreateNamed(SmtpSettings settings, int code, string enhanced, string text) =>
        Create(settings, code, enhanced, $"{settings.Hostname} {text}");
}
