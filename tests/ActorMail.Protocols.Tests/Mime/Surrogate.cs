using System.Buffers;
using System.Text;
using ActorMail.Protocols.Mime;
using ActorMail.Protocols.Tests.Wire;
using ActorMail.Protocols.Wire;
using MimeKit;

namespace ActorMail.Protocols.Tests.Mime;

/// <summary>What becomes of an image, and what must hold of it whatever the image is.</summary>
internal sealed record Surrogate(byte[] Octets, long Growth, bool IsOver)
{
    public static Surrogate Of(string text, BodyTraits traits = BodyTraits.EightBit) =>
        Of([Encoding.UTF8.GetBytes(text)], traits);

    public static Surrogate Of(byte[][] pieces, BodyTraits traits = BodyTraits.EightBit)
    {
        var header = new SurrogateHeader(traits);
        var output = new NarrowWriter(7);
        foreach (var piece in pieces)
            header.Write(piece, output);
        header.WriteEnd(output);
        return new Surrogate(output.Written, header.Growth, header.IsOver);
    }

    /// <summary>One field, with an LF behind it on both ways.</summary>
    public static string OfField(string field) => Encoding.ASCII.GetString(Of(field + "\n").Octets)[..^1];

    public static MimeMessage Parsed(string header)
    {
        using var stream = new MemoryStream(Of(header + "\n\nx\n").Octets);
        return MimeMessage.Load(stream);
    }

    /// <summary>RFC 6856 §2.1, RFC 5322 §2.1.1: of any image, hostile ones too.</summary>
    public static void AssertIsSound(byte[] stored, BodyTraits traits)
    {
        var surrogate = Of([stored], traits);
        var (before, after) = (new Image(stored), new Image(surrogate.Octets));
        Assert.True(Ascii.IsValid(after.Header));
        Assert.Equal(before.Body, after.Body);
        Assert.Equal(before.Fields.Length, after.Fields.Length);
        Assert.Equal(before.Fields.Count(HasColon), after.Fields.Count(HasColon));
        Assert.True(after.LongestLine <= Math.Max(998, before.LongestLine));
        foreach (var (old, now) in before.Fields.Zip(after.Fields).Where(pair => Ascii.IsValid(pair.First)))
            Assert.Equal(Pieces.Text(old), Pieces.Text(now));
        Assert.Equal(WireLength(surrogate.Octets, traits) - WireLength(stored, traits), surrogate.Growth);
        Assert.Equal(surrogate.Growth, SurrogateHeader.Measure(stored, traits));
    }

    /// <summary>Octets of a reply to RETR but for those of dots that were doubled, and the last line.</summary>
    public static long WireLength(byte[] stored, BodyTraits traits)
    {
        var (encoder, output) = (new BodyEncoder(traits), new ArrayBufferWriter<byte>());
        encoder.Write(stored, output);
        encoder.WriteEnd(output);
        Assert.DoesNotContain("\n.", "\n" + Pieces.Text(stored), StringComparison.Ordinal);
        return output.WrittenCount;
    }

    private static bool HasColon(byte[] field) => field.Contains((byte)':');

    /// <summary>Header and body, as the decoders part them.</summary>
    private sealed class Image
    {
        public Image(byte[] octets)
        {
            var (text, lines) = (Pieces.Text(octets), new List<string>());
            var place = 0;
            while (place < text.Length)
            {
                var end = text.IndexOf('\n', place);
                lines.Add(text[place..(end < 0 ? text.Length : end + 1)]);
                place += lines[^1].Length;
                if (lines[^1] is "\n" or "\r\n")
                    break;
            }

            (Header, Body) = (octets[..place], octets[place..]);
            LongestLine = lines.Count == 0 ? 0 : lines.Max(line => line.TrimEnd('\r', '\n').Length);
            var fields = new List<StringBuilder>();
            foreach (var line in lines)
            {
                if (line[0] is ' ' or '\t' && fields.Count > 0)
                    fields[^1].Append(line);
                else
                    fields.Add(new StringBuilder(line));
            }

            Fields = [.. fields.Select(field => Pieces.Octets(field.ToString()))];
        }

        public byte[] Header { get; }

        public byte[] Body { get; }

        public byte[][] Fields { get; }

        public int LongestLine { get; }
    }
}
