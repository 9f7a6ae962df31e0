using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>
/// The fields that final delivery puts in front of a message: Return-Path and Received (RFC 5321 §4.4). Nothing that
/// a client said can end a line of them, or a clause.
/// </summary>
public static class TraceFields
{
    /// <summary>RFC 5322 §2.1.1, without the line end.</summary>
    private const int PreferredLineLength = 78;

    /// <summary>As stored octets, each line ended by LF.</summary>
    /// <param name="info">What to say.</param>
    /// <param name="separate">Adds the blank line that a message needs which does not begin with a header.</param>
    public static byte[] Compose(TraceInfo info, bool separate)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Return-Path: <{Clean(info.ReversePath)}>\n");
        text.Append(CultureInfo.InvariantCulture, $"Received: from {DescribeClient(info)}\n");
        var by = $"\tby {info.Hostname} with {(info.IsExtended ? "ESMTP" : "SMTP")} id {info.Id}";
        var date = Format(info.Date);
        if (info.For is null)
        {
            text.Append(CultureInfo.InvariantCulture, $"{by};\n\t{date}\n");
        }
        else
        {
            var clause = $"\tfor <{Clean(info.For)}>;";
            var separator = clause.Length + 1 + date.Length <= PreferredLineLength ? " " : "\n\t";
            text.Append(CultureInfo.InvariantCulture, $"{by}\n{clause}{separator}{date}\n");
        }

        if (separate)
            text.Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static string DescribeClient(TraceInfo info)
    {
        var name = info.HeloName.Length == 0 ? "unknown" : CleanName(info.HeloName);
        return info.Remote is null ? name : $"{name} ({Literal(info.Remote)})";
    }

    private static string Literal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();

        // The octets alone: the scope of a link-local address means nothing elsewhere, and is no part of a literal.
        return address.AddressFamily is AddressFamily.InterNetworkV6
            ? $"[IPv6:{new IPAddress(address.GetAddressBytes())}]"
            : $"[{address}]";
    }

    /// <summary>RFC 5322 §3.3, with a numeric offset and four digits for the year.</summary>
    private static string Format(DateTimeOffset date)
    {
        var sign = date.Offset < TimeSpan.Zero ? '-' : '+';
        return string.Create(CultureInfo.InvariantCulture,
            $"{date:ddd, d MMM yyyy HH:mm:ss} {sign}{date.Offset.Duration():hhmm}");
    }

    /// <summary>A name that is neither domain nor literal loses all that could mean something in the field.</summary>
    private static string CleanName(string name) =>
        Ascii.IsValid(name) && MailAddressParser.IsDomainOrLiteral(Encoding.ASCII.GetBytes(name))
            ? name
            : string.Concat(name.Select(it => char.IsAsciiLetterOrDigit(it) || it is '.' or '-' or '_' ? it : '?'));

    private static string Clean(MailAddress? address) =>
        string.Concat((address?.ToString() ?? "").Select(it => it is >= ' ' and <= '~' ? it : '?'));
}
