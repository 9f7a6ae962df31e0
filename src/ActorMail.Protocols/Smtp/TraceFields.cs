using System.Collections.Immutable;
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
    /// <param name="added">Fields that the message lacks, each without a line end (RFC 6409 §8).</param>
    /// <param name="separate">Adds the blank line that a message needs which does not begin with a header.</param>
    public static byte[] Compose(TraceInfo info, ImmutableArray<string> added, bool separate)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Return-Path: <{Clean(info.ReversePath)}>\n");
        if (info.DeliveredTo is not null)
            text.Append(CultureInfo.InvariantCulture, $"Delivered-To: {Clean(info.DeliveredTo)}\n");
        text.Append(CultureInfo.InvariantCulture, $"Received: from {DescribeClient(info)}\n");
        string[] clauses =
        [
            $"by {info.Hostname} with {ProtocolOf(info)} id {info.Id}",
            .. info.For is null ? (string[])[] : [$"for <{Clean(info.For)}>"],
            // After For, where RFC 5321 §4.4 has what was registered later.
            .. info.Security is null ? (string[])[] : [$"tls {info.Security.Cipher} ({info.Security.Version})"],
        ];
        var last = $"\t{clauses[^1]};";
        var date = Format(info.Date);
        foreach (var clause in clauses[..^1])
            text.Append(CultureInfo.InvariantCulture, $"\t{clause}\n");
        var fits = clauses.Length > 1 && last.Length + 1 + date.Length <= PreferredLineLength;
        text.Append(CultureInfo.InvariantCulture, $"{last}{(fits ? " " : "\n\t")}{date}\n");
        foreach (var field in added)
            text.Append(CultureInfo.InvariantCulture, $"{field}\n");
        if (separate)
            text.Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string ProtocolOf(TraceInfo info)
    {
        var name = info.Protocol switch
        {
            TransportProtocol.Smtp => "SMTP",
            TransportProtocol.Esmtp => "ESMTP",
            TransportProtocol.Utf8Smtp => "UTF8SMTP",
            TransportProtocol.Lmtp => "LMTP",
            TransportProtocol.Utf8Lmtp => "UTF8LMTP",
            _ => throw new ArgumentOutOfRangeException(nameof(info), info.Protocol, "not a protocol"),
        };
        return info.Protocol is TransportProtocol.Smtp
            ? name
            : $"{name}{(info.Security is null ? "" : "S")}{(info.IsAuthenticated ? "A" : "")}";
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
    public static string Format(DateTimeOffset date)
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

    /// <summary>Beyond ASCII only after SMTPUTF8; nothing in it looks like a line end to anybody.</summary>
    private static string Clean(MailAddress? address) => string.Concat(
        (address?.ToString() ?? "").Select(it => char.IsControl(it) || it is '\u2028' or '\u2029' ? '?' : it));
}
