using System.Buffers.Binary;

namespace ActorMail.Actors.Net;

/// <summary>The first octets of a client that speaks TLS (RFC 8446 §4.1.2), looked at before they are taken.</summary>
internal static class ClientHello
{
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const ushort SupportedVersions = 43;
    private const ushort Tls13 = 0x0304;

    /// <summary>Headers of the record and of the message, the version that says nothing, the random octets.</summary>
    private const int FixedOctets = 5 + 4 + 2 + 32;

    /// <summary>
    /// True if they say that the client offers TLS 1.3 (RFC 8446 §4.2.1). Of a message that is not all there yet, or
    /// that is cut into records, false may be said though it does.
    /// </summary>
    public static bool OffersTls13(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < FixedOctets || octets[0] != HandshakeRecord || octets[5] != ClientHelloMessage)
            return false;

        var rest = octets[FixedOctets..];
        // The session, the cipher suites, the ways to compress.
        if (!TryTake(ref rest, 1, out _) || !TryTake(ref rest, 2, out _) || !TryTake(ref rest, 1, out _))
            return false;

        // Behind the length of all extensions, which does not matter here.
        for (rest = rest[Math.Min(2, rest.Length)..]; rest.Length > 2;)
        {
            var extension = BinaryPrimitives.ReadUInt16BigEndian(rest);
            rest = rest[2..];
            if (!TryTake(ref rest, 2, out var content))
                return false;
            if (extension == SupportedVersions)
                return TryTake(ref content, 1, out var versions) && Contains(versions, Tls13);
        }

        return false;
    }

    /// <summary>What comes with its length in front, which has so many octets.</summary>
    private static bool TryTake(ref ReadOnlySpan<byte> octets, int lengthOctets, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (octets.Length < lengthOctets)
            return false;

        var length = lengthOctets == 1 ? octets[0] : BinaryPrimitives.ReadUInt16BigEndian(octets);
        if (octets.Length < lengthOctets + length)
            return false;

        content = octets.Slice(lengthOctets, length);
        octets = octets[(lengthOctets + length)..];
        return true;
    }

    private static bool Contains(ReadOnlySpan<byte> versions, ushort wanted)
    {
        for (; versions.Length >= 2; versions = versions[2..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(versions) == wanted)
                return true;
        }

        return false;
    }
}
