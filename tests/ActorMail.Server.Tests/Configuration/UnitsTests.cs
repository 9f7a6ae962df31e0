using ActorMail.Server.Configuration;

namespace ActorMail.Server.Tests.Configuration;

public sealed class UnitsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("512", 512)]
    [InlineData("64MiB", 64 * 1024 * 1024)]
    [InlineData("256 KiB", 256 * 1024)]
    [InlineData("10MB", 10_000_000)]
    [InlineData("3kB", 3_000)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("1tib", 1L << 40)]
    [InlineData("8k", 8 * 1024)]
    [InlineData("7B", 7)]
    public void A_size_is_read_in_octets(string text, long octets)
    {
        Assert.True(Units.TryParseSize(text, out var read));
        Assert.Equal(octets, read);
    }

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("5s", 5_000)]
    [InlineData("5 s", 5_000)]
    [InlineData("10m", 600_000)]
    [InlineData("12h", 43_200_000)]
    [InlineData("2d", 172_800_000)]
    [InlineData("3 minutes", 180_000)]
    [InlineData("1 second", 1_000)]
    [InlineData("0s", 0)]
    public void A_duration_is_read_with_its_unit(string text, double milliseconds)
    {
        Assert.True(Units.TryParseDuration(text, out var read));
        Assert.Equal(milliseconds, read.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5MiB")]
    [InlineData("1_000")]
    [InlineData(" 1")]
    [InlineData("1 MiB MiB")]
    [InlineData("1parsec")]
    [InlineData("9223372036854775807KiB")]
    [InlineData("99999999999999999999")]
    [InlineData("٣")]
    public void What_is_no_number_with_a_unit_is_no_size_and_no_duration(string text)
    {
        Assert.False(Units.TryParseSize(text, out _));
        Assert.False(Units.TryParseDuration(text, out _));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("5M")]
    [InlineData("99999999999999d")]
    public void A_duration_without_a_known_unit_is_refused(string text) =>
        Assert.False(Units.TryParseDuration(text, out _));

    [Theory]
    [InlineData("64MiB")]
    [InlineData("1TiB")]
    [InlineData("1000")]
    [InlineData("0")]
    public void A_size_is_shown_in_its_largest_whole_unit(string text)
    {
        Assert.True(Units.TryParseSize(text, out var octets));
        Assert.Equal(text, Units.FormatSize(octets));
    }

    [Theory]
    [InlineData("7d")]
    [InlineData("90m")]
    [InlineData("10ms")]
    [InlineData("0s")]
    public void A_duration_is_shown_in_its_largest_whole_unit(string text)
    {
        Assert.True(Units.TryParseDuration(text, out var duration));
        Assert.Equal(text, Units.FormatDuration(duration));
    }
}
