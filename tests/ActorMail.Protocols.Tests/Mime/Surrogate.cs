using System.Text;
using ActorMail.Protocols.Mime;
using ActorMail.Protocols.Tests.Wire;
using ActorMail.Protocols.Wire;

namespace ActorMail.Protocols.Tests.Mime;

/// <summary>What becomes of an image that comes in pieces.</summary>
internal sealed record Surrogate(byte[] Octets, long Growth, bool IsOver)
{
    public static Surrogate Of(string text, BodyTraits traits = BodyTraits.EightBit) =>
        Of([Encoding.UTF8.GetBytes(text)], traits);

    public static Surrogate Of(byte[][] pieces, BodyTraits traits = BodyTraits.EightBit, int width = 7)
    {
        var header = new SurrogateHeader(traits);
        var output = new NarrowWriter(width);
        foreach (var piece in pieces)
            header.Write(piece, output);
        header.WriteEnd(output);
        return new Surrogate(output.Written, header.Growth, header.IsOver);
    }

    /// <summary>One field, with an LF behind it on both ways.</summary>
    public static string OfField(string field) => Encoding.ASCII.GetString(Of(field + "\n").Octets)[..^1];
}
