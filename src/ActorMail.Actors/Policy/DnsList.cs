using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Mail;

namespace ActorMail.Actors.Policy;

/// <summary>
/// A list of addresses in DNS (RFC 5782): who is on it has a name below <paramref name="Zone"/> with an address from
/// <paramref name="From"/> to <paramref name="To"/>.
/// </summary>
public sealed record DnsList(string Zone, IPAddress From, IPAddress To)
{
    public const string Examples = "such as zen.example.org or \"zen.example.org=127.0.0.2-11\"";

    /// <summary>The 32 nibbles of a client have to fit in front, with their dots (RFC 1035 §2.3.4).</summary>
    private const int MaxZoneLength = 253 - 64;

    /// <summary>
    /// Reads a zone, perhaps with the answers that count: <c>zone=127.0.0.2</c> or <c>zone=127.0.0.2-11</c>. Without
    /// them all of 127.0.0.0/8 counts but 127.255.255.0/24, by which lists say that they do not answer.
    /// </summary>
    public static bool TryParse(string text, out DnsList? list)
    {
        list = null;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var zone = (equals < 0 ? text : text[..equals]).TrimEnd('.').ToLowerInvariant();
        if (zone.Length > MaxZoneLength || !zone.Contains('.', StringComparison.Ordinal)
            || !MailAddressParser.IsDomain(Encoding.UTF8.GetBytes(zone)))
        {
            return false;
        }

        if (equals < 0)
            list = new DnsList(zone, new IPAddress([127, 0, 0, 0]), new IPAddress([127, 255, 254, 255]));
        else if (TryParseRange(text[(equals + 1)..], out var from, out var to))
            list = new DnsList(zone, from, to);
        return list is not null;
    }

    /// <summary>The name to ask for: octets (RFC 5782 §2.1) or nibbles (§2.4) in reverse order.</summary>
    public string NameOf(IPAddress client)
    {
        var plain = ClientNetwork.Plain(client);
        var octets = plain.GetAddressBytes().Reverse();
        var labels = plain.AddressFamily is AddressFamily.InterNetwork
            ? octets.Select(octet => octet.ToString(CultureInfo.InvariantCulture))
            : octets.SelectMany(octet => new[] { Nibble(octet & 15), Nibble(octet >> 4) });
        return $"{string.Join('.', labels)}.{Zone}";
    }

    /// <summary>True if this answer says that the client is on the list.</summary>
    public bool Counts(IPAddress answer) =>
        answer.AddressFamily is AddressFamily.InterNetwork
        && Value(answer) >= Value(From) && Value(answer) <= Value(To);

    public override string ToString() => Zone;

    private static string Nibble(int value) => value.ToString("x", CultureInfo.InvariantCulture);

    private static bool TryParseRange(string text, out IPAddress from, out IPAddress to)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        to = IPAddress.None;
        if (!NetworkSet.IsAddress(dash < 0 ? text : text[..dash], out from)
            || from.AddressFamily is not AddressFamily.InterNetwork)
        {
            return false;
        }

        to = from;
        if (dash < 0)
            return true;
        if (!byte.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            return false;

        var octets = from.GetAddressBytes();
        to = new IPAddress([octets[0], octets[1], octets[2], last]);
        return last >= octets[3];
    }

    private static uint Value(IPAddress address)
    {
        var octets = address.GetAddressBytes();
        return ((uint)octets[0] << 24) | ((uint)octets[1] << 16) | ((uint)octets[2] << 8) | octets[3];
    }
}
