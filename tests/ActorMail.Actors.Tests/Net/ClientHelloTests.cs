using System.Buffers.Binary;
using ActorMail.Actors.Net;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Net;

public sealed class ClientHelloTests
{
    private const ushort ServerName = 0;
    private const ushort SupportedVersions = 43;

    [Fact]
    [Requirement("T4")]
    public void A_client_offers_what_its_list_of_versions_says()
    {
        Assert.True(ClientHello.OffersTls13(Hello((ServerName, [0, 1, 2]), (SupportedVersions, [4, 3, 4, 3, 3]))));
        Assert.True(ClientHello.OffersTls13(Hello((SupportedVersions, [6, 0x1A, 0x1A, 3, 3, 3, 4]), (ServerName, []))));
        Assert.False(ClientHello.OffersTls13(Hello((SupportedVersions, [2, 3, 3]))));
        Assert.False(ClientHello.OffersTls13(Hello((SupportedVersions, [4, 4, 3, 3, 3]))));
        Assert.False(ClientHello.OffersTls13(Hello((ServerName, [4, 3, 4, 3, 4]))));
        Assert.False(ClientHello.OffersTls13(Hello()));
    }

    [Fact]
    [Requirement("T4")]
    public void Nothing_is_taken_from_what_is_not_there_yet()
    {
        var hello = Hello((ServerName, [0, 1, 2]), (SupportedVersions, [2, 3, 4]));

        for (var length = 0; length < hello.Length; length++)
            Assert.False(ClientHello.OffersTls13(hello.AsSpan(0, length)));
        Assert.True(ClientHello.OffersTls13(hello));
    }

    [Fact]
    [Requirement("T3")]
    public void Anything_else_offers_nothing()
    {
        var hello = Hello((SupportedVersions, [2, 3, 4]));
        var (alert, serverHello) = (hello.ToArray(), hello.ToArray());
        (alert[0], serverHello[5]) = (21, 2);

        Assert.False(ClientHello.OffersTls13(alert));
        Assert.False(ClientHello.OffersTls13(serverHello));
        Assert.False(ClientHello.OffersTls13(new byte[4096]));
        Assert.False(ClientHello.OffersTls13("EHLO this-is-no-client-that-speaks-tls.example.org\r\n"u8));
    }

    [Fact]
    [Requirement("T3")]
    public void Random_octets_behind_a_right_beginning_do_not_throw()
    {
        var random = new Random(8446);
        var hello = Hello((ServerName, new byte[200]), (SupportedVersions, [2, 3, 4]));
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(hello.AsSpan(43 + random.Next(hello.Length - 43)));
            ClientHello.OffersTls13(hello);
        }
    }

    /// <summary>RFC 8446 §4.1.2, with a session of 32 octets, two suites, no compression.</summary>
    private static byte[] Hello(params (ushort Type, byte[] Content)[] extensions)
    {
        byte[] all =
        [
            .. extensions.SelectMany(it => (byte[])
                [.. TwoOctets(it.Type), .. TwoOctets(it.Content.Length), .. it.Content]),
        ];
        byte[] body =
        [
            3, 3, .. new byte[32], 32, .. new byte[32], 0, 4, 0x13, 1, 0x13, 2, 1, 0, .. TwoOctets(all.Length), .. all,
        ];
        return [22, 3, 1, .. TwoOctets(body.Length + 4), 1, 0, .. TwoOctets(body.Length), .. body];
    }

    private static byte[] TwoOctets(int value)
    {
        var octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
        return octets;
    }
}
