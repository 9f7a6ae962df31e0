using System.Globalization;
using System.Net;
using System.Text;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>
/// The arguments of XCLIENT: <c>NAME=value</c> pairs, the values as xtext. <c>[UNAVAILABLE]</c> and
/// <c>[TEMPUNAVAIL]</c> stand for what the front end does not know.
/// </summary>
internal static class XclientParser
{
    private const string Form = "XCLIENT NAME=value..., such as XCLIENT ADDR=192.0.2.7 PORT=4711";

    public static SmtpCommand Parse(ReadOnlySpan<byte> argument, SmtpSettings settings)
    {
        if (argument.IsEmpty)
            return SmtpRefusals.Syntax(settings, Form);

        var attributes = new XclientAttributes();
        foreach (var range in argument.Split((byte)' '))
        {
            var pair = argument[range];
            if (pair.IsEmpty)
                continue;

            var equals = pair.IndexOf((byte)'=');
            if (equals < 1 || !Xtext.TryDecode(pair[(equals + 1)..], out var value)
                || Take(attributes, Encoding.ASCII.GetString(pair[..equals]).ToUpperInvariant(), value) is not { } next)
            {
                return SmtpRefusals.Syntax(settings, Form);
            }

            attributes = next;
        }

        return new SmtpCommand.Xclient(attributes);
    }

    /// <summary>Null for an attribute that does not exist, or a value that it cannot have.</summary>
    private static XclientAttributes? Take(XclientAttributes known, string name, string value)
    {
        var isUnknown = value.Length == 0 || IsWord(value, "[UNAVAILABLE]") || IsWord(value, "[TEMPUNAVAIL]");
        return name switch
        {
            "NAME" or "DESTADDR" or "DESTPORT" => known,
            "ADDR" or "PORT" or "PROTO" or "HELO" or "LOGIN" when isUnknown => known,
            "ADDR" when TryReadAddress(value, out var address) => known with { Address = address },
            "PORT" when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) =>
                known with { Port = port },
            "PROTO" when IsWord(value, "SMTP") => known with { IsExtended = false },
            "PROTO" when IsWord(value, "ESMTP") => known with { IsExtended = true },
            "HELO" when value.Length <= MailAddress.MaxDomainLength && !value.Contains(' ') =>
                known with { Helo = value },
            "LOGIN" => known with { Login = value },
            _ => null,
        };
    }

    /// <summary>As in an address literal (RFC 5321 §4.1.3), without its brackets.</summary>
    private static bool TryReadAddress(string text, out IPAddress address)
    {
        const string prefix = "IPV6:";
        var octets = text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[prefix.Length..] : text;
        address = IPAddress.None;
        return MailAddressParser.IsAddressLiteral(Encoding.ASCII.GetBytes($"[{text}]"))
            && IPAddress.TryParse(octets, out address!);
    }

    private static bool IsWord(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
