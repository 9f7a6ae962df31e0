using System.Text;
using ActorMail.Protocols.Tests.Mime;
using ActorMail.Protocols.Tests.Wire;
using ActorMail.Protocols.Wire;

namespace ActorMail.Fuzz.Targets;

/// <summary>
/// A stored image to that of its surrogate: in any cut the same, with a header in ASCII, as long as was foretold, and
/// with all that was ASCII before. The first three octets choose how it is cut and what the input is the value of.
/// </summary>
internal sealed class SurrogateHeaderTarget : IFuzzTarget
{
    private const int Choices = 3;

    private static readonly string[] Starts =
    [
        "", "Subject: ", "From: ", "To: \u00e9 <a@", "Received: from x ", "Content-Type: a/b; name=",
        "References: ", "Date: (", "Keywords: ", "A: b\r\nCc: ", "A: b\r\nSubject: ",
    ];

    public string Name => "surrogate-header";

    public int MaxLength => 512;

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < Choices)
            return;

        var (size, width) = (1 + input[1] % 50, 1 + input[2]);
        var start = Starts[input[0] % Starts.Length];
        byte[] stored = [.. Encoding.UTF8.GetBytes(start), .. SurrogateModel.WithoutDots(input[Choices..])];
        var traits = BodyTraits.EightBit | BodyTraits.Quoted
            | (stored.Contains((byte)'\r') ? BodyTraits.Raw : BodyTraits.None);
        var surrogate = Surrogate.Of([stored], traits, width: 4_096);
        Property.Equal(null, SurrogateModel.FaultOf(stored, surrogate, traits), "a promise");
        AssertSame(surrogate, Surrogate.Of(Pieces.Chunks(stored, size), traits, width), "in pieces");
        AssertSame(surrogate with { Growth = 0 }, Surrogate.Of([surrogate.Octets], traits), "its own is itself");
        var isAscii = Ascii.IsValid(stored);
        Property.Holds(!isAscii || surrogate.Octets.AsSpan().SequenceEqual(stored), "what is ASCII stays");
    }

    private static void AssertSame(Surrogate expected, Surrogate found, string what)
    {
        Property.Equal(Pieces.Text(expected.Octets), Pieces.Text(found.Octets), what);
        Property.Equal((expected.Growth, expected.IsOver), (found.Growth, found.IsOver), what);
    }
}
