using System.Buffers.Binary;
using System.Net;
using System.Text;
using ActorMail.Actors.Net;

namespace ActorMail.Actors.Tests.Net;

public sealed class ProxyHeaderParserTests
{
    private const int MaxOctets = 600;
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;
    private const byte Tcp4 = 0x11;
    private const byte Tcp6 = 0x21;

    private static readonly byte[] Ipv4Block = [192, 0, 2, 1, 198, 51, 100, 2, 0x9c, 0x40, 0, 25];

    private static readonly byte[] Ipv6Block =
        [.. IPAddress.Parse("2001:db8::1").GetAddressBytes(), .. IPAddress.Parse("2001:db8::2").GetAddressBytes(),
            0x9c, 0x40, 0, 25];

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 40000 25\r\n", "192.0.2.1:40000", "198.51.100.2:25")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
        "255.255.255.255:65535", "255.255.255.255:65535")]
    [InlineData("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:db8::2 40000 25\r\n", "[2001:db8::1]:40000", "[2001:db8::2]:25")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:198.51.100.2 40000 25\r\n", "192.0.2.1:40000", "198.51.100.2:25")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN ffff::1 ffff::2 nonsense and more\r\n", null, null)]
    public void A_line_says_who_the_client_is(string line, string? source, string? destination) =>
        AssertHeader(Encoding.Latin1.GetBytes(line), source, destination);

    [Fact]
    public void Octets_say_who_the_client_is()
    {
        AssertHeader(Binary(Proxy, Tcp4, Ipv4Block), "192.0.2.1:40000", "198.51.100.2:25");
        AssertHeader(Binary(Proxy, Tcp6, Ipv6Block), "[2001:db8::1]:40000", "[2001:db8::2]:25");
    }

    [Fact]
    public void What_stands_behind_the_addresses_is_passed_over()
    {
        byte[] extras = [.. Ipv4Block, 0x03, 0, 4, 1, 2, 3, 4, 0x20, 0xff, 0xff];
        AssertHeader(Binary(Proxy, Tcp4, extras), "192.0.2.1:40000", "198.51.100.2:25");
        AssertHeader(Binary(Proxy, Tcp4, [.. Ipv4Block, .. new byte[MaxOctets - 28]]),
            "192.0.2.1:40000", "198.51.100.2:25");
    }

    [Fact]
    public void A_front_end_that_speaks_for_itself_names_nobody()
    {
        AssertHeader(Binary(Local, 0, []), null, null);
        AssertHeader(Binary(Local, Tcp4, Ipv4Block), null, null);
        AssertHeader(Binary(Local, 0xff, [1, 2, 3]), null, null);
        AssertHeader(Binary(Proxy, 0, [1, 2, 3]), null, null);
        AssertHeader(Binary(Proxy, 0x31, new byte[216]), null, null);
    }

    [Theory]
    [InlineData("EHLO example.org\r\n")]
    [InlineData("proxy TCP4 192.0.2.1 198.51.100.2 40000 25\r\n")]
    [InlineData("PROXY\r\n")]
    [InlineData("PROXY \r\n0123456789")]
    [InlineData("PROXY TCP4\r\n 0123456789")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 40000\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 40000 25 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 40000 25 1\r\n")]
    [InlineData("PROXY TCP4  192.0.2.1 198.51.100.2 40000 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 65536 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 -1 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 040 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.2 40000 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1/8 198.51.100.2 40000 25\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 40000 25\r\n")]
    [InlineData("PROXY TCP6 192.0.2.1 198.51.100.2 40000 25\r\n")]
    [InlineData("PROXY TCP6 [::1] ::1 40000 25\r\n")]
    [InlineData("PROXY TCP6 fe80::1%1 ::1 40000 25\r\n")]
    [InlineData("PROXY UDP4 192.0.2.1 198.51.100.2 40000 25\r\n")]
    [InlineData("PROXY UNKNOWNX 1 2 3 4\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 40000 25\0\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 40000\0 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1\0 198.51.100.2 40000 25\r\n")]
    public void Any_other_line_is_malformed(string line) =>
        Assert.IsType<ProxyHeaderStep.Malformed>(Parse(Encoding.Latin1.GetBytes(line)));

    [Theory]
    [InlineData(106, true)]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void A_line_has_107_octets_at_most(int length, bool isHeader)
    {
        var line = "PROXY UNKNOWN ".PadRight(length - 2, 'x') + "\r\n";
        Assert.Equal(isHeader, Parse(Encoding.Latin1.GetBytes(line)) is ProxyHeaderStep.Complete(_, var all)
            && all == length);
    }

    [Fact]
    public void A_line_without_an_end_is_malformed_as_soon_as_it_is_full()
    {
        var line = Encoding.Latin1.GetBytes("PROXY UNKNOWN ".PadRight(107, 'x'));
        Assert.Equal(new ProxyHeaderStep.Incomplete(1), Parse(line.AsSpan(0, 106)));
        Assert.IsType<ProxyHeaderStep.Malformed>(Parse(line));
    }

    [Fact]
    public void Octets_that_are_no_header_are_malformed()
    {
        Assert.IsType<ProxyHeaderStep.Malformed>(Parse(Binary(Proxy, Tcp4, Ipv4Block[..^1])));
        Assert.IsType<ProxyHeaderStep.Malformed>(Parse(Binary(Proxy, Tcp6, Ipv6Block[..^1])));
        // Datagrams, and a family that nobody knows.
        Assert.IsType<ProxyHeaderStep.Malformed>(Parse(Binary(Proxy, 0x12, Ipv4Block)));
        Assert.IsType<ProxyHeaderStep.Malformed>(Parse(Binary(Proxy, 0x41, Ipv4Block)));
        // Another command, another version.
        Assert.IsType<ProxyHeaderStep.Malformed>(Parse(Binary(0x22, Tcp4, Ipv4Block)));
        Assert.IsType<ProxyHeaderStep.Malformed>(Parse(Binary(0x11, Tcp4, Ipv4Block)));
        Assert.IsType<ProxyHeaderStep.Malformed>(Parse("\r\n\r\n\0\r\nQUIT\r\n\x21\x11\0\0"u8.ToArray()));
    }

    [Fact]
    public void What_is_too_long_is_refused_before_it_comes()
    {
        var header = Binary(Proxy, Tcp4, [.. Ipv4Block, .. new byte[MaxOctets - 27]]);
        Assert.IsType<ProxyHeaderStep.Malformed>(Parse(header.AsSpan(0, 16)));
    }

    [Fact]
    public void Whatever_comes_is_answered()
    {
        var random = new Random(1);
        byte[][] starts = [Binary(Proxy, Tcp4, Ipv4Block), Binary(Proxy, Tcp6, Ipv6Block), [.. "PROXY TCP4 "u8]];
        foreach (var start in starts)
        {
            for (var i = 0; i < 20_000; i++)
            {
                byte[] octets = [.. start, .. new byte[random.Next(200)]];
                random.NextBytes(octets.AsSpan(random.Next(octets.Length)));
                if (Parse(octets) is ProxyHeaderStep.Complete(_, var length))
                    Assert.InRange(length, 15, octets.Length);
            }
        }
    }

    /// <summary>At every cut it asks for more, never beyond its end, and what follows does not matter.</summary>
    private static void AssertHeader(byte[] header, string? source, string? destination)
    {
        for (var cut = 0; cut < header.Length; cut++)
        {
            var missing = Assert.IsType<ProxyHeaderStep.Incomplete>(Parse(header.AsSpan(0, cut))).MissingOctets;
            Assert.InRange(missing, 1, header.Length - cut);
        }

        foreach (var rest in new[] { "", "\r\n", "EHLO example.org\r\n" })
        {
            var (parsed, length) = Assert.IsType<ProxyHeaderStep.Complete>(
                Parse([.. header, .. Encoding.Latin1.GetBytes(rest)]));
            Assert.Equal(header.Length, length);
            Assert.Equal(source, parsed.Source?.ToString());
            Assert.Equal(destination, parsed.Destination?.ToString());
        }
    }

    private static byte[] Binary(byte command, byte family, byte[] block)
    {
        byte[] header = [.. "\r\n\r\n\0\r\nQUIT\n"u8, command, family, 0, 0, .. block];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)block.Length);
        return header;
    }

    private static ProxyHeaderStep Parse(ReadOnlySpan<byte> octets) => ProxyHeaderParser.Parse(octets, MaxOctets);
}
