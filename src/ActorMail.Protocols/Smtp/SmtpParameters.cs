using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorMail.Protocols.Smtp;

/// <summary>
/// What stands behind the path of MAIL and RCPT (RFC 5321 §4.1.2): SIZE, BODY and AUTH, and for RCPT nothing.
/// </summary>
internal static class SmtpParameters
{
    /// <summary>RFC 1870 §6.</summary>
    private const int MaxSizeDigits = 20;

    private static readonly SearchValues<byte> KeywordOctets =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"u8);

    /// <summary>The command with its parameters, or its refusal.</summary>
    public static SmtpCommand Parse(ReadOnlySpan<byte> parameters, SmtpCommand command, SmtpSettings settings)
    {
        HashSet<string>? given = null;
        foreach (var range in parameters.Split((byte)' '))
        {
            var parameter = parameters[range];
            if (parameter.IsEmpty)
                continue;
            if (!TryCut(parameter, out var keyword, out var value))
                return SmtpRefusals.BadParameter(settings, "KEYWORD or KEYWORD=value");

            var result = (keyword, command) switch
            {
                ("SIZE" or "BODY" or "AUTH", SmtpCommand.Mail) when given?.Contains(keyword) is true =>
                    SmtpRefusals.RepeatedParameter(settings, keyword),
                ("SIZE", SmtpCommand.Mail mail) => ParseSize(value, mail, settings),
                ("BODY", SmtpCommand.Mail mail) => ParseBody(value, mail, settings),
                ("AUTH", SmtpCommand.Mail mail) when !settings.IsBasic => ParseAuth(value, mail, settings),
                _ => SmtpRefusals.UnknownParameter(settings, keyword),
            };
            if (result is SmtpCommand.Refused)
                return result;

            (given ??= []).Add(keyword);
            command = result;
        }

        return command;
    }

    private static bool TryCut(ReadOnlySpan<byte> parameter, out string keyword, out ReadOnlySpan<byte> value)
    {
        var equals = parameter.IndexOf((byte)'=');
        var name = equals < 0 ? parameter : parameter[..equals];
        value = equals < 0 ? default : parameter[(equals + 1)..];
        keyword = Encoding.ASCII.GetString(name).ToUpperInvariant();
        return !name.IsEmpty && name[0] != (byte)'-' && !name.ContainsAnyExcept(KeywordOctets)
            && (equals < 0 || (!value.IsEmpty && !value.Contains((byte)'=')));
    }

    private static SmtpCommand ParseSize(ReadOnlySpan<byte> value, SmtpCommand.Mail mail, SmtpSettings settings)
    {
        if (value.Length is 0 or > MaxSizeDigits
            || !UInt128.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            return SmtpRefusals.BadParameter(settings, "SIZE=octets");
        }

        return size > (UInt128)settings.MaxMessageSize
            ? new SmtpCommand.Refused(SmtpReplies.MessageTooLarge(settings))
            : mail with { Size = (long)size };
    }

    private static SmtpCommand ParseBody(ReadOnlySpan<byte> value, SmtpCommand.Mail mail, SmtpSettings settings)
    {
        if (Ascii.EqualsIgnoreCase(value, "8BITMIME"u8))
            return mail with { IsEightBit = true };

        return Ascii.EqualsIgnoreCase(value, "7BIT"u8)
            ? mail
            : SmtpRefusals.BadParameter(settings, "BODY=7BIT or BODY=8BITMIME");
    }

    /// <summary>
    /// Who submitted the message somewhere else (RFC 4954 §5), as xtext (RFC 3461 §4). Taken from everybody and
    /// believed of nobody: it goes no further.
    /// </summary>
    private static SmtpCommand ParseAuth(ReadOnlySpan<byte> value, SmtpCommand.Mail mail, SmtpSettings settings) =>
        !value.IsEmpty && IsXtext(value) ? mail : SmtpRefusals.BadParameter(settings, "AUTH=<> or AUTH=address");

    private static bool IsXtext(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var isEncoded = text[0] == (byte)'+';
            if (isEncoded && (text.Length < 3 || !IsHexDigit(text[1]) || !IsHexDigit(text[2])))
                return false;
            if (text[0] is < (byte)'!' or > (byte)'~' or (byte)'=')
                return false;
            text = text[(isEncoded ? 3 : 1)..];
        }

        return true;
    }

    /// <summary>RFC 3461 §4 wants capitals.</summary>
    private static bool IsHexDigit(byte octet) =>
        octet is >= (byte)'0' and <= (byte)'9' or >= (byte)'A' and <= (byte)'F';
}
