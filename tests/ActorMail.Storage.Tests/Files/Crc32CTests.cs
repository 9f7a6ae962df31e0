using ActorMail.Storage.Files;

namespace ActorMail.Storage.Tests.Files;

public sealed class Crc32CTests
{
    [Fact]
    public void The_checksum_is_the_one_that_everybody_calls_CRC_32C() =>
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));

    [Fact]
    public void Pieces_sum_up_to_the_whole()
    {
        var octets = "The quick brown fox jumps over the lazy dog"u8;
        for (var cut = 0; cut <= octets.Length; cut++)
            Assert.Equal(Crc32C.Compute(octets), Crc32C.Append(Crc32C.Compute(octets[..cut]), octets[cut..]));
    }

    [Theory]
    [InlineData(3071)]
    [InlineData(3072)]
    [InlineData(10_000)]
    public void The_checksum_of_many_octets_at_once_is_that_of_one_after_the_other(int length)
    {
        var octets = new byte[length];
        new Random(length).NextBytes(octets);
        var one = octets.Aggregate(7u, (checksum, octet) => Crc32C.Append(checksum, [octet]));
        Assert.Equal(one, Crc32C.Append(7u, octets));
    }
}
