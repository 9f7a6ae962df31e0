using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>What the parser answers to a line that no state could make sense of: each says what was expected.</summary>
internal static class SmtpRefusals
{
    public static SmtpCommand Empty(SmtpSettings settings) =>
        Refuse(settings, 500, "5.5.2", "A command was expected; HELP lists them");

    public static SmtpCommand Unknown(SmtpSettings settings) =>
        Refuse(settings, 500, "5.5.1", "Command unrecognized; HELP lists those that are");

    /// <summary>In the basic profile this is word by word the answer to EHLO that the course asks for.</summary>
    public static SmtpCommand NotImplemented(SmtpSettings settings) =>
        Refuse(settings, 502, "5.5.1", "Command not implemented");

    public static SmtpCommand BadOctet(SmtpSettings settings, bool isKnown) =>
        Refuse(settings, isKnown ? 501 : 500, "5.5.2",
            "Commands are printable ASCII and end in CR LF; this one has another octet in it");

    public static SmtpCommand EightBitAddress(SmtpSettings settings) =>
        Refuse(settings, 553, "5.6.7", "Addresses are ASCII here (SMTPUTF8 is not offered)");

    public static SmtpCommand Foreign(SmtpSettings settings) =>
        new SmtpCommand.Foreign(SmtpReplies.CreateNamed(settings, 421, "4.7.0", "This is SMTP, not HTTP, closing"));

    public static SmtpCommand Syntax(SmtpSettings settings, string form) =>
        Refuse(settings, 501, "5.5.4", $"Syntax: {form}");

    public static SmtpCommand BadHelo(SmtpSettings settings, string verb) =>
        Refuse(settings, 501, "5.5.4", $"Syntax: {verb} hostname, such as {verb} {settings.DefaultDomain}");

    public static SmtpCommand BadSender(SmtpSettings settings) =>
        Refuse(settings, 501, "5.1.7",
            $"Bad address; a good one would be MAIL FROM:<alice@{settings.DefaultDomain}>");

    public static SmtpCommand SenderWithoutDomain(SmtpSettings settings, MailAddress address) =>
        Refuse(settings, 501, "5.1.7", $"A domain is missing, as in MAIL FROM:<{Complete(settings, address)}>");

    public static SmtpCommand BadRecipient(SmtpSettings settings) =>
        Refuse(settings, 501, "5.1.3", $"Bad address; a good one would be RCPT TO:<bob@{settings.DefaultDomain}>");

    public static SmtpCommand RecipientWithoutDomain(SmtpSettings settings, MailAddress address) =>
        Refuse(settings, 501, "5.1.3", $"A domain is missing, as in RCPT TO:<{Complete(settings, address)}>");

    public static SmtpCommand RecipientTooLong(SmtpSettings settings) =>
        Refuse(settings, 553, "5.1.3", "The address is too long for the name of a mailbox");

    public static SmtpCommand BadParameter(SmtpSettings settings, string form) =>
        Refuse(settings, 501, "5.5.4", $"Syntax of the parameter: {form}");

    public static SmtpCommand RepeatedParameter(SmtpSettings settings, string keyword) =>
        Refuse(settings, 501, "5.5.4", $"{keyword} was given twice");

    public static SmtpCommand UnknownParameter(SmtpSettings settings, string keyword) =>
        Refuse(settings, 555, "5.5.4", $"The parameter {keyword} is not known here");

    private static MailAddress Complete(SmtpSettings settings, MailAddress address) =>
        address with { Domain = settings.DefaultDomain };

    private static SmtpCommand.Refused Refuse(SmtpSettings settings, int code, string enhanced, string text) =>
        new(SmtpReplies.Create(settings, code, enhanced, text));
}
