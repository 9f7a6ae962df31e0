using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ActorMail.Protocols.Smtp;

/// <summary>
/// What stands behind the paths of MAIL and RCPT (RFC 5321 §4.1.2): a keyword, most of them with a value.
/// </summary>
internal static class SmtpParameters
{
    /// <summary>RFC 1870 §6.</summary>
    private const int MaxSizeDigits = 20;

    /// <summary>Characters of ENVID as they are sent (RFC 3461 §4.4).</summary>
    private const int MaxEnvelopeIdLength = 100;

    /// <summary>Characters of ORCPT, its keyword among them (RFC 3461 §4.2).</summary>
    private const int MaxOriginalRecipientLength = 500;

    private static readonly SearchValues<byte> KeywordOctets =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"u8);

    private static readonly SearchValues<byte> AtomOctets =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~"u8);

    private static readonly ImmutableArray<string> OfMail = ["SIZE", "BODY", "AUTH", "SMTPUTF8", "RET", "ENVID"];

    private static readonly ImmutableArray<string> OfRcpt = ["NOTIFY", "ORCPT"];

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

            var known = command is SmtpCommand.Mail ? OfMail : OfRcpt;
            if (!known.Contains(keyword) || (settings.IsBasic && keyword is not ("SIZE" or "BODY")))
                return SmtpRefusals.UnknownParameter(settings, keyword);
            if (!(given ??= []).Add(keyword))
                return SmtpRefusals.RepeatedParameter(settings, keyword);

            command = command switch
            {
                SmtpCommand.Mail mail => ParseOfMail(keyword, value, mail, settings),
                SmtpCommand.Rcpt rcpt => ParseOfRcpt(keyword, value, rcpt, settings),
                _ => command,
            };
            if (command is SmtpCommand.Refused)
                return command;
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

    private static SmtpCommand ParseOfMail(
        string keyword, ReadOnlySpan<byte> value, SmtpCommand.Mail mail, SmtpSettings settings) => keyword switch
        {
            "SIZE" => ParseSize(value, mail, settings),
            "BODY" => ParseBody(value, mail, settings),
            "RET" => ParseReturn(value, mail, settings),
            "ENVID" => ParseEnvelopeId(value, mail, settings),
            "SMTPUTF8" when value.IsEmpty => mail with { Parameters = mail.Parameters with { IsUtf8 = true } },
            "SMTPUTF8" => SmtpRefusals.BadParameter(settings, "SMTPUTF8, without a value"),
            // Who submitted the message somewhere else (RFC 4954 §5), as xtext. Taken from everybody and believed of
            // nobody: it goes no further.
            _ => !value.IsEmpty && Xtext.TryDecode(value, out _)
                ? mail
                : SmtpRefusals.BadParameter(settings, "AUTH=<> or AUTH=address"),
        };

    private static SmtpCommand ParseOfRcpt(
        string keyword, ReadOnlySpan<byte> value, SmtpCommand.Rcpt rcpt, SmtpSettings settings) => keyword switch
        {
            "NOTIFY" => TryReadNotify(value, out var notify)
                ? rcpt with { Parameters = rcpt.Parameters with { Notify = notify } }
                : SmtpRefusals.BadParameter(settings, "NOTIFY=NEVER, or some of SUCCESS,FAILURE,DELAY"),
            _ => TryReadOriginal(value, out var original)
                ? rcpt with { Parameters = rcpt.Parameters with { OriginalRecipient = original } }
                : SmtpRefusals.BadParameter(settings, "ORCPT=rfc822;address"),
        };

    private static SmtpCommand ParseSize(ReadOnlySpan<byte> value, SmtpCommand.Mail mail, SmtpSettings settings)
    {
        if (value.Length is 0 or > MaxSizeDigits
            || !UInt128.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            return SmtpRefusals.BadParameter(settings, "SIZE=octets");
        }

        return size > (UInt128)settings.MaxMessageSize
            ? new SmtpCommand.Refused(SmtpReplies.MessageTooLarge(settings))
            : mail with { Parameters = mail.Parameters with { Size = (long)size } };
    }

    private static SmtpCommand ParseBody(ReadOnlySpan<byte> value, SmtpCommand.Mail mail, SmtpSettings settings)
    {
        if (Ascii.EqualsIgnoreCase(value, "8BITMIME"u8))
            return mail with { Parameters = mail.Parameters with { Body = BodyKind.EightBit } };
        if (Ascii.EqualsIgnoreCase(value, "BINARYMIME"u8) && !settings.IsBasic)
            return mail with { Parameters = mail.Parameters with { Body = BodyKind.Binary } };

        return Ascii.EqualsIgnoreCase(value, "7BIT"u8)
            ? mail
            : SmtpRefusals.BadParameter(
                settings, settings.IsBasic ? "BODY=7BIT or BODY=8BITMIME" : "BODY=7BIT, 8BITMIME or BINARYMIME");
    }

    private static SmtpCommand ParseReturn(ReadOnlySpan<byte> value, SmtpCommand.Mail mail, SmtpSettings settings)
    {
        DsnReturn? wanted = Ascii.EqualsIgnoreCase(value, "FULL"u8) ? DsnReturn.Full
            : Ascii.EqualsIgnoreCase(value, "HDRS"u8) ? DsnReturn.Header
            : null;
        return wanted is null
            ? SmtpRefusals.BadParameter(settings, "RET=FULL or RET=HDRS")
            : mail with { Parameters = mail.Parameters with { Return = wanted } };
    }

    private static SmtpCommand ParseEnvelopeId(
        ReadOnlySpan<byte> value, SmtpCommand.Mail mail, SmtpSettings settings) =>
        value.Length is > 0 and <= MaxEnvelopeIdLength && Xtext.TryDecode(value, out var id)
            ? mail with { Parameters = mail.Parameters with { EnvelopeId = id } }
            : SmtpRefusals.BadParameter(settings, "ENVID=xtext, of 100 characters at most");

    private static bool TryReadNotify(ReadOnlySpan<byte> value, out DsnNotify notify)
    {
        notify = DsnNotify.Never;
        if (Ascii.EqualsIgnoreCase(value, "NEVER"u8))
            return true;

        foreach (var range in value.Split((byte)','))
        {
            var word = value[range];
            var wanted = Ascii.EqualsIgnoreCase(word, "SUCCESS"u8) ? DsnNotify.Success
                : Ascii.EqualsIgnoreCase(word, "FAILURE"u8) ? DsnNotify.Failure
                : Ascii.EqualsIgnoreCase(word, "DELAY"u8) ? DsnNotify.Delay
                : DsnNotify.Never;
            if (wanted is DsnNotify.Never)
                return false;
            notify |= wanted;
        }

        return true;
    }

    /// <summary>A report will show it: nothing in it may end a line or turn the text around.</summary>
    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    /// <summary>An address of any kind behind the name of its kind. That of RFC 6533 §3 may be in UTF-8.</summary>
    private static bool TryReadOriginal(ReadOnlySpan<byte> value, out string original)
    {
        original = "";
        var semicolon = value.IndexOf((byte)';');
        if (semicolon < 1 || value.Length > MaxOriginalRecipientLength - "ORCPT=".Length)
            return false;

        var kind = value[..semicolon];
        var address = value[(semicolon + 1)..];
        if (address.IsEmpty || kind.ContainsAnyExcept(AtomOctets))
            return false;

        var isUtf8 = Ascii.EqualsIgnoreCase(kind, "utf-8"u8) && !Ascii.IsValid(address);
        var text = Encoding.UTF8.GetString(address);
        if (!isUtf8 && !Xtext.TryDecode(address, out text))
            return false;

        original = $"{Encoding.ASCII.GetString(kind)};{text}";
        return text.EnumerateRunes().All(IsShown);
    }
}
