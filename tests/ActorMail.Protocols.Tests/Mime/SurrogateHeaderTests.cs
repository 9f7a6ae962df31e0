using System.Buffers;
using System.Text;
using ActorMail.Protocols.Mime;
using ActorMail.Protocols.Tests.Wire;
using ActorMail.Protocols.Wire;
using ActorMail.Tests;

namespace ActorMail.Protocols.Tests.Mime;

public sealed class SurrogateHeaderTests
{
    [Theory]
    [Requirement("R6856-2.1-a")]
    [InlineData("Subject: é\n\né\n", "Subject: =?UTF-8?B?w6k=?=\n\né\n")]
    [InlineData("Subject: Réunion à Paris\n", "Subject: =?UTF-8?B?UsOpdW5pb24gw6A=?= Paris\n")]
    [InlineData("A: b\nSubject:\n é\n\n", "A: b\nSubject:\n =?UTF-8?B?w6k=?=\n\n")]
    public void A_field_beyond_ASCII_becomes_encoded_words_whatever_the_cut(string stored, string surrogate)
    {
        var octets = Encoding.UTF8.GetBytes(stored);
        foreach (var pieces in Pieces.CutInThree(octets))
            Assert.Equal(surrogate, Write(pieces));
    }

    private static string Write(byte[][] pieces)
    {
        var header = new SurrogateHeader(BodyTraits.EightBit);
        var output = new ArrayBufferWriter<byte>();
        foreach (var piece in pieces)
            header.Write(piece, output);
        header.WriteEnd(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
