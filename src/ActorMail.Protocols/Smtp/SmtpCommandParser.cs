using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
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
    internal const string BdatForm = "BDAT octets [LAST]";
    internal const string VrfyForm = "VRFY address";
    internal const string ExpnForm = "EXPN address";
    internal const string AuthForm = "AUTH mechanism [initial-response]";

    private const int MaxVerbLength = 12;

    /// <summary>RFC 3030 §2.</summary>
    private const int MaxChunkDigits = 20;

    private static readonly ImmutableArray<string> NotImplemented = ["ETRN", "TURN", "SEND", "SOML", "SAML"];

    /// <summary>The verbs of some profile, for <see cref="SmtpRefusals.Unknown"/> to choose from.</summary>
    private static readonly ImmutableArray<string> Known =
    [
        "HELO", "EHLO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "VRFY", "EXPN", "HELP", "QUIT",
        "STARTTLS", "AUTH", "XCLIENT", .. NotImplemented,
    ];

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
            return SmtpRefusals.BadOctet(settings, Known.Contains(verb));
        if (Ascii.IsValid(text) || (!settings.IsBasic && TakesUtf8(verb) && Utf8.IsValid(text)))
            return ParseArgument(verb, argument, settings);

        return verb is "MAIL" or "RCPT"
            ? SmtpRefusals.EightBitAddress(settings, verb)
            : SmtpRefusals.BadOctet(settings, Known.Contains(verb));
    }

    /// <summary>RFC 6531 §3.3, §3.7.4.2.</summary>
    private static bool TakesUtf8(string verb) => verb is "MAIL" or "RCPT" or "VRFY" or "EXPN";

    private static string ReadVerb(ReadOnlySpan<byte> verb) =>
        verb.Length <= MaxVerbLength && Ascii.IsValid(verb)
            ? Encoding.ASCII.GetString(verb).ToUpperInvariant()
            : "?";

    private static SmtpCommand ParseArgument(string verb, ReadOnlySpan<byte> argument, SmtpSettings settings) =>
        verb switch
        {
            "HELO" or "EHLO" when settings.IsLmtp => SmtpRefusals.SayLhlo(settings),
            "LHLO" when !settings.IsLmtp => SmtpRefusals.SayEhlo(settings),
            "HELO" or "EHLO" or "LHLO" => ParseHelo(verb, argument, settings),
            "MAIL" => ParseMail(argument, settings),
            "RCPT" => ParseRcpt(argument, settings),
            "DATA" => Alone(verb, argument, SmtpCommand.Data.Instance, settings),
            "RSET" => Alone(verb, argument, SmtpCommand.Rset.Instance, settings),
            "QUIT" => Alone(verb, argument, SmtpCommand.Quit.Instance, settings),
            "NOOP" => SmtpCommand.Noop.Instance,
            "VRFY" => ParseVrfy(argument, settings),
            "HELP" => new SmtpCommand.Help(Encoding.ASCII.GetString(argument)),
            "BDAT" or "EXPN" or "STARTTLS" or "AUTH" or "XCLIENT" when settings.IsBasic =>
                SmtpRefusals.NotImplemented(settings),
            "AUTH" when settings.IsLmtp => SmtpRefusals.NotImplemented(settings),
            "BDAT" => ParseBdat(argument, settings),
            "EXPN" => ParseExpn(argument, settings),
            "STARTTLS" => Alone(verb, argument, SmtpCommand.StartTls.Instance, settings),
            "AUTH" => ParseAuth(argument, settings),
            "XCLIENT" => XclientParser.Parse(argument, settings),
            "" => SmtpRefusals.Empty(settings),
            _ when NotImplemented.Contains(verb) => SmtpRefusals.NotImplemented(settings),
            _ => SmtpRefusals.Unknown(settings, verb, Known),
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
        return verb == "HELO" ? new SmtpCommand.Helo(name) : new SmtpCommand.Ehlo(name);
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

        var command = SmtpParameters.Parse(parameters, new SmtpCommand.Mail(sender, MailParameters.None), settings);
        return command is SmtpCommand.Mail { Parameters.IsUtf8: false } && sender is { IsAscii: false }
            ? SmtpRefusals.SenderNeedsUtf8(settings)
            : command;
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

        return SmtpParameters.Parse(parameters, new SmtpCommand.Rcpt(address, RcptParameters.None), settings);
    }

    /// <summary>
    /// A number that no chunk can have is taken as the largest: its octets are thrown away for as long as they come.
    /// </summary>
    private static SmtpCommand ParseBdat(ReadOnlySpan<byte> argument, SmtpSettings settings)
    {
        var end = argument.IndexOf((byte)' ');
        var digits = end < 0 ? argument : argument[..end];
        var rest = end < 0 ? default : argument[end..].Trim((byte)' ');
        if (digits.Length > MaxChunkDigits
            || !UInt128.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var octets)
            || (!rest.IsEmpty && !Ascii.EqualsIgnoreCase(rest, "LAST"u8)))
        {
            return SmtpRefusals.Syntax(settings, BdatForm);
        }

        return new SmtpCommand.Bdat((long)UInt128.Min(octets, long.MaxValue), !rest.IsEmpty);
    }

    private static SmtpCommand ParseVrfy(ReadOnlySpan<byte> argument, SmtpSettings settings) =>
        TryReadName(argument, settings, out var name, out var isUtf8)
            ? new SmtpCommand.Vrfy(name, isUtf8)
            : SmtpRefusals.Syntax(settings, VrfyForm);

    private static SmtpCommand ParseExpn(ReadOnlySpan<byte> argument, SmtpSettings settings) =>
        TryReadName(argument, settings, out var name, out var isUtf8)
            ? new SmtpCommand.Expn(name, isUtf8)
            : SmtpRefusals.Syntax(settings, ExpnForm);

    private static bool TryReadName(
        ReadOnlySpan<byte> argument, SmtpSettings settings, out string name, out bool isUtf8)
    {
        var text = Encoding.UTF8.GetString(argument);
        isUtf8 = !settings.IsBasic && text.EndsWith(" SMTPUTF8", StringComparison.OrdinalIgnoreCase);
        name = isUtf8 ? text[..^" SMTPUTF8".Length].TrimEnd(' ') : text;
        return name.Length > 0;
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
