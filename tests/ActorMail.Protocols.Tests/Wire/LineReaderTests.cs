using System.Buffers;
using ActorMail.Protocols.Wire;
using ActorMail.Tests;

namespace ActorMail.Protocols.Tests.Wire;

public sealed class LineReaderTests
{
    private const int MaxLength = 14;

    [Theory]
    [Requirement("R5321-2.3.8-a", "R2920-3.2-e", "S2")]
    [InlineData("NOOP\r\n", "NOOP")]
    [InlineData("\r\n\r\nQUIT\r\n", "", "", "QUIT")]
    [InlineData("NOOP\nNOOP\r\n", "NOOP\nNOOP")]
    [InlineData("NOOP\rNOOP\r\n", "NOOP\rNOOP")]
    [InlineData("NOOP\r\r\n\nX\r\n", "NOOP\r", "\nX")]
    [InlineData("NOOP\0\r\n", "NOOP\0")]
    [InlineData("NOOP\n")]
    [InlineData("NOOP\r")]
    [InlineData("NOOP\n\r")]
    public void Only_CRLF_ends_a_line_whatever_the_cut(string input, params string[] expected) =>
        AssertLines(input, expected);

    [Theory]
    [Requirement("R5321-4.5.3.1.4-a", "F1")]
    [InlineData("123456789012\r\nNOOP\r\n", "123456789012", "NOOP")]
    [InlineData("1234567890123\r\nNOOP\r\n", "<too long>", "NOOP")]
    [InlineData("123456789012\r3\r\nNOOP\r\n", "<too long>", "NOOP")]
    [InlineData("123456789012345\r\r\rQUIT\r\r\nNOOP\r\n", "<too long>", "NOOP")]
    [InlineData("123456789012345\n.\nQUIT\n\r\nNOOP\r\n", "<too long>", "NOOP")]
    [InlineData("1234567890123\r\n1234567890123\r\n", "<too long>", "<too long>")]
    [InlineData("123456789012345678901234567890")]
    public void An_overlong_line_is_reported_once_at_its_end_whatever_the_cut(string input, params string[] expected) =>
        AssertLines(input, expected);

    [Fact]
    [Requirement("F1")]
    public void An_overlong_line_is_not_held_while_it_comes_in()
    {
        var reader = new LineReader(MaxLength);
        for (var i = 0; i < 100; i++)
        {
            var input = Pieces.Join(new byte[10_000], new byte[10_000]);
            Assert.Equal(LineResult.NeedsMoreData, reader.TryRead(ref input, out _));
            Assert.True(input.IsEmpty);
        }
    }

    [Fact]
    public void A_line_within_one_segment_is_not_copied()
    {
        byte[] octets = [.. "NOOP\r\n"u8];
        var input = new ReadOnlySequence<byte>(octets);

        Assert.Equal(LineResult.Line, new LineReader(MaxLength).TryRead(ref input, out var line));

        Assert.True(line.Overlaps(octets));
    }

    private static void AssertLines(string input, string[] expected)
    {
        var octets = Pieces.Octets(input);
        foreach (var pieces in Pieces.CutInThree(octets))
            Assert.Equal(expected, Read(pieces));
        Assert.Equal(expected, Read(Pieces.OneByOne(octets)));
    }

    /// <summary>As a pipe does it: what was left of the last read comes first in the next one.</summary>
    private static List<string> Read(byte[][] pieces)
    {
        var (reader, lines, left) = (new LineReader(MaxLength), new List<string>(), Array.Empty<byte>());
        foreach (var piece in pieces)
        {
            var input = Pieces.Join(left, [], piece);
            while (reader.TryRead(ref input, out var line) is var result and not LineResult.NeedsMoreData)
                lines.Add(result is LineResult.Line ? Pieces.Text(line) : "<too long>");
            left = input.ToArray();
        }

        return lines;
    }
}
