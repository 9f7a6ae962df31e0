using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Wire;

namespace ActorMail.Protocols.Smtp;

/// <summary>What the parser answers to a line that no state could make sense of: each says what was expected.</summary>
internal static class SmtpRefusals
{
    public static SmtpCommand Empty(SmtpSettings settings) =>
        Refuse(settings, 500, "5.5.2", "A command was expected; HELP lists them");

    /// <param name="known">All verbs, among which may be the one that was meant.</param>
    public static SmtpCommand Unknown(SmtpSettings settings, string verb, ImmutableArray<string> known)
    {
        var meant = Suggestion.Find(verb, known.Select(it => it.ToLowerInvariant()), slips: 1)?.ToUpperInvariant();
        return Refuse(settings, 500, "5.5.1", meant is null
            ? "Command unrecognized; HELP lists those that are"
            : $"Command unrecognized; did you mean {meant}? HELP lists those that are");
    }

    /// <summary>RFC 2033 §4.1: whoever is on the wrong port is to notice.</summary>
    public static SmtpCommand SayLhlo(SmtpSettings settings) =>
        Refuse(settings, 500, "5.5.1", $"This is LMTP: say LHLO {SmtpSettings.ClientExample}");

    public static SmtpCommand SayEhlo(SmtpSettings settings) =>
        Refuse(settings, 500, "5.5.1", $"This is SMTP: say EHLO {SmtpSettings.ClientExample}");

    /// <summary>In the basic profile this is word by word the answer to EHLO that the course asks for.</summary>
    public static SmtpCommand NotImplemented(SmtpSettings settings) =>
        Refuse(settings, 502, "5.5.1", "Command not implemented");

    public static SmtpCommand BadOctet(SmtpSettings settings, bool isKnown) =>
        Refuse(settings, isKnown ? 501 : 500, "5.5.2",
            "Commands are printable ASCII and end in CR LF; this one has another octet in it");

    /// <summary>To octets that are no UTF-8, and to all above 127 in the basic profile.</summary>
    public static SmtpCommand EightBitAddress(SmtpSettings settings, string verb) =>
        Refuse(settings, verb == "MAIL" && !settings.IsBasic ? 550 : 553, "5.6.7", settings.IsBasic
            ? "Addresses are ASCII here"
            : "Addresses are ASCII, or UTF-8 with SMTPUTF8; this is neither");

    /// <summary>RFC 6531 §3.5.</summary>
    public static SmtpCommand SenderNeedsUtf8(SmtpSettings settings) =>
        Refuse(settings, 550, "5.6.7", "An address beyond ASCII needs MAIL FROM:<address> SMTPUTF8");

    public static SmtpCommand Foreign(SmtpSettings settings) =>
        new SmtpCommand.Foreign(SmtpReplies.CreateNamed(settings, 421, "4.7.0", "This is SMTP, not HTTP, closing"));

    public static SmtpCommand Syntax(SmtpSettings settings, string form) =>
        Refuse(settings, 501, "5.5.4", $"Syntax: {form}");

    public static SmtpCommand BadHelo(SmtpSettings settings, string verb) =>
        Refuse(settings, 501, "5.5.4", $"Syntax: {verb} hostname, such as {verb} {SmtpSettings.ClientExample}");

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
