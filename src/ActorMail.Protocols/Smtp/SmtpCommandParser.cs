using System.Text;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>
/// Turns one line into one <see cref="SmtpCommand"/> (RFC 5321 §4.1): syntax only, which is answered before the state
/// of the session is looked at. It never throws, whatever the octets.
/// </summary>
public static class SmtpCommandParser
{
    internal const string MailForm = "MAIL FROM:<address>";
    internal const string RcptForm = "RCPT TO:<address>";
    internal const string VrfyForm = "VRFY address";
    internal const string AuthForm = "AUTH mechanism [initial-response]";

    private const int MaxVerbLength = 8;

    public static SmtpCommand Parse(ReadOnlySpan<byte> line, SmtpSettings settings)
    {
        var text = line.TrimEnd(" \t"u8);
        var end = text.IndexOfAny((byte)' ', (byte)'\t');
        var verb = ReadVerb(end < 0 ? text : text[..end]);
        var argument = (end < 0 ? default : text[end..]).TrimStart((byte)' ');

        // Browsers can be made to send a form to port 25, and what they send holds lines that look like commands.
        if (verb is "GET" or "HEAD" or "POST" or "PUT" or "CONNECT" && !argument.IsEmpty)
            return SmtpRefusals.Foreign(settings);
        if (text.ContainsAnyInRange((byte)0, (byte)0x1F) || text.Contains((byte)0x7F))
            return SmtpRefusals.BadOctet(settings, IsKnown(verb));
        if (Ascii.IsValid(text))
            return ParseArgument(verb, argument, settings);

        return verb is "MAIL" or "RCPT"
            ? SmtpRefusals.EightBitAddress(settings)
            : SmtpRefusals.BadOctet(settings, IsKnown(verb));
    }

    private static string ReadVerb(ReadOnlySpan<byte> verb) =>
        verb.Length <= MaxVerbLength && Ascii.IsValid(verb)
            ? Encoding.ASCII.GetString(verb).ToUpperInvariant()
            : "?";

    private static bool IsKnown(string verb) =>
        verb is "HELO" or "EHLO" or "MAIL" or "RCPT" or "DATA" or "RSET" or "NOOP" or "VRFY" or "HELP" or "QUIT"
            or "STARTTLS" or "AUTH"
        || IsNotImplemented(verb);

    private static bool IsNotImplemented(string verb) =>
        verb is "EXPN" or "ETRN" or "TURN" or "SEND" or "SOML" or "SAML" or "BDAT";

    private static SmtpCommand ParseArgument(string verb, ReadOnlySpan<byte> argument, SmtpSettings settings) =>
        verb switch
        {
            "HELO" or "EHLO" => ParseHelo(verb, argument, settings),
            "MAIL" => ParseMail(argument, settings),
            "RCPT" => ParseRcpt(argument, settings),
            "DATA" => Alone(verb, argument, SmtpCommand.Data.Instance, settings),
            "RSET" => Alone(verb, argument, SmtpCommand.Rset.Instance, settings),
            "QUIT" => Alone(verb, argument, SmtpCommand.Quit.Instance, settings),
            "NOOP" => SmtpCommand.Noop.Instance,
            "VRFY" when argument.IsEmpty => SmtpRefusals.Syntax(settings, VrfyForm),
            "VRFY" => new SmtpCommand.Vrfy(Encoding.ASCII.GetString(argument)),
            "HELP" => new SmtpCommand.Help(Encoding.ASCII.GetString(argument)),
            "STARTTLS" or "AUTH" when settings.IsBasic => SmtpRefusals.NotImplemented(settings),
            "STARTTLS" => Alone(verb, argument, SmtpCommand.StartTls.Instance, settings),
            "AUTH" => ParseAuth(argument, settings),
            "" => SmtpRefusals.Empty(settings),
            _ when IsNotImplemented(verb) => SmtpRefusals.NotImplemented(settings),
            _ => SmtpRefusals.Unknown(settings),
        };

    private static SmtpCommand Alone(
        string verb, ReadOnlySpan<byte> argument, SmtpCommand command, SmtpSettings settings) =>
        argument.IsEmpty ? command : SmtpRefusals.Syntax(settings, $"{verb}, and nothing behind it");

    /// <summary>
    /// RFC 5321 §4.1.1.1 wants a domain or an address literal. Real machines also send names such as <c>my_pc</c>;
    /// unless the settings are strict, any word will do, since nothing depends on it.
    /// </summary>
    private static SmtpCommand ParseHelo(string verb, ReadOnlySpan<byte> argument, SmtpSettings settings)
    {
        if (verb == "EHLO" && settings.IsBasic)
            return SmtpRefusals.NotImplemented(settings);
        if (argument.IsEmpty || argument.Length > MailAddress.MaxDomainLength || argument.Contains((byte)' ')
            || (settings.IsStrict && !MailAddressParser.IsDomainOrLiteral(argument)))
        {
            return SmtpRefusals.BadHelo(settings, verb);
        }

        var name = Encoding.ASCII.GetString(argument);
        return verb == "EHLO" ? new SmtpCommand.Ehlo(name) : new SmtpCommand.Helo(name);
    }

    private static SmtpCommand ParseMail(ReadOnlySpan<byte> argument, SmtpSettings settings)
    {
        if (!SmtpPathParser.TrySplit(argument, "FROM:"u8, settings.IsStrict, out var path, out var parameters))
            return SmtpRefusals.Syntax(settings, MailForm);

        MailAddress? sender = null;
        if (!path.IsEmpty && !SmtpPathParser.TryParse(path, out sender))
            return SmtpRefusals.BadSender(settings);
        if (sender is { HasDomain: false } && !settings.IsBasic)
            return SmtpRefusals.SenderWithoutDomain(settings, sender);

        return SmtpParameters.Parse(parameters, new SmtpCommand.Mail(sender, null, false), settings);
    }

    private static SmtpCommand ParseRcpt(ReadOnlySpan<byte> argument, SmtpSettings settings)
    {
        if (!SmtpPathParser.TrySplit(argument, "TO:"u8, settings.IsStrict, out var path, out var parameters))
            return SmtpRefusals.Syntax(settings, RcptForm);
        if (!SmtpPathParser.TryParse(path, out var address))
            return SmtpRefusals.BadRecipient(settings);
        if (!address.HasDomain && !settings.IsBasic && !IsPostmaster(address))
            return SmtpRefusals.RecipientWithoutDomain(settings, address);
        if (!MailboxName.TryFrom(address, out _))
            return SmtpRefusals.RecipientTooLong(settings);

        return SmtpParameters.Parse(parameters, new SmtpCommand.Rcpt(address), settings);
    }

    private static SmtpCommand ParseAuth(ReadOnlySpan<byte> argument, SmtpSettings settings)
    {
        var words = Encoding.ASCII.GetString(argument).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            [var mechanism] => new SmtpCommand.Auth(mechanism, null),
            [var mechanism, var initial] => new SmtpCommand.Auth(mechanism, new Secret(initial)),
            _ => SmtpRefusals.Syntax(settings, AuthForm),
        };
    }

    /// <summary>RFC 5321 §4.5.1: the one recipient that needs no domain.</summary>
    private static bool IsPostmaster(MailAddress address) =>
        address.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase);
}
