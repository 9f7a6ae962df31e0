using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorMail.Actors.Net;

/// <summary>
/// Reads the header of the PROXY protocol, versions 1 (a line) and 2 (octets), as haproxy.org has it in
/// proxy-protocol.txt. It says how many octets are still to come without ever counting one that is not the header's:
/// what stands behind it may be the client's TLS.
/// </summary>
internal static class ProxyHeaderParser
{
    /// <summary>The longest line of version 1 with its CRLF (§2.1).</summary>
    private const int MaxLineOctets = 107;

    /// <summary><c>PROXY UNKNOWN</c> and CRLF. A header of version 2 is longer.</summary>
    private const int ShortestOctets = 15;

    /// <summary>Of version 2: signature, version and command, family, length.</summary>
    private const int FixedOctets = 16;

    private const byte Local = 0x20;
    private const byte Proxy = 0x21;

    private static ReadOnlySpan<byte> LineStart => "PROXY "u8;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <param name="octets">All that has come so far, and perhaps more than the header.</param>
    /// <param name="maxOctets">Of a header of version 2.</param>
    public static ProxyHeaderStep Parse(ReadOnlySpan<byte> octets, int maxOctets)
    {
        // Nothing at all may become either; of the two, the line sets how much is certain to come.
        if (IsPrefix(octets, LineStart))
            return ParseLine(octets);
        if (IsPrefix(octets, Signature))
            return ParseBinary(octets, maxOctets);

        return new ProxyHeaderStep.Malformed("the connection does not begin with a PROXY header");
    }

    /// <summary>True as long as all octets of the shorter one are those of the other.</summary>
    private static bool IsPrefix(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> start)
    {
        var common = Math.Min(octets.Length, start.Length);
        return octets[..common].SequenceEqual(start[..common]);
    }

    private static ProxyHeaderStep ParseLine(ReadOnlySpan<byte> octets)
    {
        var line = octets[..Math.Min(octets.Length, MaxLineOctets)];
        var end = line.IndexOf("\r\n"u8);
        if (end >= 0)
        {
            return ReadLine(Encoding.Latin1.GetString(line[LineStart.Length..end])) is { } header
                ? new ProxyHeaderStep.Complete(header, end + 2)
                : new ProxyHeaderStep.Malformed("the line of the PROXY header is not as it should be");
        }

        if (octets.Length >= MaxLineOctets)
            return new ProxyHeaderStep.Malformed($"the line of the PROXY header is longer than {MaxLineOctets} octets");

        var (least, room) = (octets is [.., (byte)'\r'] ? 1 : 2, MaxLineOctets - octets.Length);
        return new ProxyHeaderStep.Incomplete(Math.Min(Math.Max(least, ShortestOctets - octets.Length), room));
    }

    /// <summary>What stands between <c>PROXY</c> and CRLF; null if it is not right.</summary>
    private static ProxyHeader? ReadLine(string text)
    {
        var words = text.Split(' ');
        if (words[0] == "UNKNOWN")
            return ProxyHeader.Nobody;
        if (words is not [var family and ("TCP4" or "TCP6"), _, _, _, _])
            return null;

        var kind = family == "TCP4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return ReadEndPoint(words[1], words[3], kind) is { } source
            && ReadEndPoint(words[2], words[4], kind) is { } destination
                ? new ProxyHeader(source, destination)
                : null;
    }

    private static IPEndPoint? ReadEndPoint(string host, string number, AddressFamily family)
    {
        if (!NetworkSet.IsAddress(host, out var address) || address.AddressFamily != family)
            return null;

        // .NET reads a number also where NULs stand behind it.
        return !number.AsSpan().ContainsAnyExceptInRange('0', '9')
            && ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && (number is "0" || number[0] != '0')
                ? new IPEndPoint(ClientNetwork.Plain(address), port)
                : null;
    }

    private static ProxyHeaderStep ParseBinary(ReadOnlySpan<byte> octets, int maxOctets)
    {
        if (octets.Length < FixedOctets)
            return new ProxyHeaderStep.Incomplete(FixedOctets - octets.Length);

        var length = FixedOctets + BinaryPrimitives.ReadUInt16BigEndian(octets[14..]);
        if (length > maxOctets)
            return new ProxyHeaderStep.Malformed($"the PROXY header has {length} octets, and {maxOctets} are allowed");
        if (octets[12] is not (Local or Proxy))
            return new ProxyHeaderStep.Malformed("the PROXY header has an unknown version or command");
        if (octets.Length < length)
            return new ProxyHeaderStep.Incomplete(length - octets.Length);

        var header = octets[12] == Local ? ProxyHeader.Nobody : ReadAddresses(octets[13], octets[FixedOctets..length]);
        return header is null
            ? new ProxyHeaderStep.Malformed("the PROXY header has addresses that are none of TCP")
            : new ProxyHeaderStep.Complete(header, length);
    }

    /// <summary>What comes behind the addresses (TLV) says nothing that a mail server needs.</summary>
    private static ProxyHeader? ReadAddresses(byte family, ReadOnlySpan<byte> block) => family switch
    {
        // UNSPEC, and a UNIX stream: the front end's own address is as good as any.
        0x00 or 0x31 => ProxyHeader.Nobody,
        0x11 when block.Length >= 12 => ReadAddresses(block, 4),
        0x21 when block.Length >= 36 => ReadAddresses(block, 16),
        _ => null,
    };

    private static ProxyHeader ReadAddresses(ReadOnlySpan<byte> block, int width)
    {
        var ports = block[(2 * width)..];
        return new ProxyHeader(
            new IPEndPoint(AddressOf(block[..width]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
            new IPEndPoint(AddressOf(block[width..(2 * width)]), BinaryPrimitives.ReadUInt16BigEndian(ports[2..])));
    }

    private static IPAddress AddressOf(ReadOnlySpan<byte> octets) => ClientNetwork.Plain(new IPAddress(octets));
}
