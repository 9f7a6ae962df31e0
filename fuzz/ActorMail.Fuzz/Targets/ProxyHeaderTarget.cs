using System.Net;
using System.Text;
using ActorMail.Actors.Net;

namespace ActorMail.Fuzz.Targets;

/// <summary>
/// The header in which a front end says who its client is. More octets never change what is known already, and not an
/// octet behind the header is asked for: it may be the client's TLS.
/// </summary>
internal sealed class ProxyHeaderTarget : IFuzzTarget
{
    /// <summary>The longest line of version 1; a header of version 2 may be longer.</summary>
    private const int MaxLineOctets = 107;

    private const int MaxOctets = 150;

    public string Name => "proxy-header";

    public int MaxLength => 200;

    public void Run(ReadOnlySpan<byte> input)
    {
        ProxyHeaderStep? known = null;
        for (var length = 0; length <= input.Length; length++)
        {
            var step = ProxyHeaderParser.Parse(input[..length], MaxOctets);
            AssertStep(step, length);
            if (known is not null)
                Property.Equal(known, step, "more octets change nothing");
            known = step is ProxyHeaderStep.Incomplete ? null : step;
        }

        if (known is ProxyHeaderStep.Complete(var header, var octets))
            AssertHeader(header, input[..octets]);
        AssertReadInSteps(input, known);
    }

    private static void AssertStep(ProxyHeaderStep step, int length)
    {
        switch (step)
        {
            case ProxyHeaderStep.Incomplete(var missing):
                Property.Holds(missing > 0, "something is missing");
                Property.Holds(length + missing <= Math.Max(MaxLineOctets, MaxOctets), "a header is limited");
                break;
            case ProxyHeaderStep.Complete(_, var octets):
                Property.Holds(octets > 0 && octets <= length, "a header is there");
                break;
            default:
                break;
        }
    }

    private static void AssertReadInSteps(ReadOnlySpan<byte> input, ProxyHeaderStep? known)
    {
        var count = 0;
        while (true)
        {
            var step = ProxyHeaderParser.Parse(input[..count], MaxOctets);
            if (step is not ProxyHeaderStep.Incomplete(var missing))
            {
                Property.Equal(known, step, "a header that is read in steps is the same");
                Property.Holds(step is not ProxyHeaderStep.Complete(_, var octets) || octets == count, "not beyond it");
                return;
            }

            count += missing;
            if (count > input.Length)
                return;
        }
    }

    private static void AssertHeader(ProxyHeader header, ReadOnlySpan<byte> octets)
    {
        Property.Holds(header.Source is null == header.Destination is null, "both ends are known, or none");
        if (header is not { Source: { } source, Destination: { } destination })
            return;

        Property.Holds(!source.Address.IsIPv4MappedToIPv6, "one address has one form");
        if (octets[0] == (byte)'P')
            AssertLine(Encoding.Latin1.GetString(octets), source, destination);
    }

    /// <summary>Only what would be written so is read (§2.1); an address of IPv6 has several spellings.</summary>
    private static void AssertLine(string line, IPEndPoint source, IPEndPoint destination)
    {
        var words = line.Split(' ');
        Property.Equal(6, words.Length, "words of a line");
        foreach (var address in words[2..4])
        {
            var isPlain = address.All(it => char.IsAsciiHexDigit(it) || it is '.' or ':');
            Property.Holds(isPlain, "an address is of the characters of one");
        }

        Property.Equal(FormattableString.Invariant($"{source.Port}"), words[4], "port of the client");
        Property.Equal(FormattableString.Invariant($"{destination.Port}\r\n"), words[5], "port of the server");
        if (words[1] == "TCP4")
            Property.Equal($"{source.Address} {destination.Address}", $"{words[2]} {words[3]}", "addresses");
    }
}
