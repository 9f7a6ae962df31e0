using System.Buffers;
using System.Text;
using ActorMail.Protocols.Pop3;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Pop3;

public sealed class Pop3ReplyTests
{
    [Fact]
    [Requirement("R1939-3-e")]
    public void The_status_is_in_upper_case()
    {
        Assert.Equal("+OK Nothing done\r\n", Written(Pop3Reply.Ok("Nothing done")));
        Assert.Equal("-ERR Unknown command\r\n", Written(Pop3Reply.Err("Unknown command")));
        Assert.False(Pop3Reply.Ok("").IsError);
        Assert.True(Pop3Reply.Err("").IsError);
    }

    [Fact]
    [Requirement("R1939-3-d")]
    public void No_line_is_longer_than_512_octets()
    {
        var text = new string('x', 2_000);
        Pop3Reply[] replies = [Pop3Reply.Ok(text), Pop3Reply.Err(text), Pop3Reply.Listing(text, [text, "." + text])];
        foreach (var reply in replies)
        {
            var lines = Written(reply).Split("\r\n");
            Assert.All(lines, line => Assert.True(line.Length + 2 <= 512));
            Assert.True(lines[0].Length + 2 == 512);
        }
    }

    [Fact]
    [Requirement("R1939-3-d")]
    public void An_echoed_argument_of_250_octets_fits() =>
        Assert.EndsWith(new string('y', 250) + "\r\n", Written(Pop3Reply.Err("What is " + new string('y', 250))),
            StringComparison.Ordinal);

    [Fact]
    [Requirement("R1939-3-f")]
    public void A_listing_ends_with_a_lone_dot()
    {
        Assert.Equal("+OK none\r\n.\r\n", Written(Pop3Reply.Listing("none", [])));
        Assert.Equal("+OK two\r\n1 120\r\n2 200\r\n.\r\n", Written(Pop3Reply.Listing("two", ["1 120", "2 200"])));
    }

    [Fact]
    [Requirement("R1939-3-g")]
    public void No_line_of_a_listing_can_end_it_early() =>
        Assert.Equal("+OK x\r\n..\r\n..a\r\n.\r\n", Written(Pop3Reply.Listing("x", [".", ".a"])));

    [Theory]
    [InlineData(Pop3Codes.Auth, "-ERR [AUTH] Sorry\r\n")]
    [InlineData(Pop3Codes.InUse, "-ERR [IN-USE] Sorry\r\n")]
    [InlineData(Pop3Codes.LoginDelay, "-ERR [LOGIN-DELAY] Sorry\r\n")]
    [InlineData(Pop3Codes.SysTemp, "-ERR [SYS/TEMP] Sorry\r\n")]
    [InlineData(null, "-ERR Sorry\r\n")]
    [Requirement("R2449-6.4-a")]
    public void A_response_code_stands_in_front_of_the_text(string? code, string line) =>
        Assert.Equal(line, Written(Pop3Reply.Err("Sorry", code)));

    [Theory]
    [InlineData("[hello] world", "-ERR (hello] world\r\n")]
    [InlineData("[AUTH] x", "-ERR (AUTH] x\r\n")]
    [InlineData("[", "-ERR (\r\n")]
    [InlineData("from [192.0.2.1]", "-ERR from [192.0.2.1]\r\n")]
    [Requirement("R2449-6.4-a")]
    public void No_text_begins_with_a_bracket(string text, string line) =>
        Assert.Equal(line, Written(Pop3Reply.Err(text)));

    [Fact]
    public void A_client_that_asked_for_a_language_gets_its_letters_and_another_gets_ascii()
    {
        var reply = Pop3Reply.Ok("fr Les réponses ☃");
        Assert.Equal("+OK fr Les r?ponses ?\r\n", Written(reply));
        Assert.Equal("+OK fr Les réponses ☃\r\n", Utf8Written(reply with { IsUtf8 = true }));
    }

    [Fact]
    [Requirement("R1939-3-d")]
    public void A_line_in_utf8_is_cut_between_two_letters()
    {
        foreach (var text in (string[])[new('é', 600), "x" + new string('é', 600), new('☃', 600)])
        {
            var line = Utf8Written(Pop3Reply.Ok(text) with { IsUtf8 = true });
            Assert.InRange(Encoding.UTF8.GetByteCount(line), 510, 512);
            Assert.DoesNotContain('\uFFFD', line);
        }
    }

    [Fact]
    [Requirement("R1939-3-d", "R1939-3-f", "R2449-6.4-a")]
    public void Whatever_the_texts_hold_the_reply_is_clean()
    {
        Gen.Select(Gen.String, Gen.String.List[0, 5]).Sample((text, content) =>
        {
            var lines = Written(Pop3Reply.Listing(text, content)).Split("\r\n");
            Assert.Equal(content.Count + 3, lines.Length);
            Assert.All(lines, line => Assert.True(line.All(character => character is >= ' ' and <= '~')));
            Assert.Equal((".", ""), (lines[^2], lines[^1]));
            Assert.Equal(1, lines.Count(line => line == "."));
        });
    }

    [Fact]
    [Requirement("F2")]
    public void A_long_listing_is_made_and_written_by_parts()
    {
        var made = 0;
        var lines = Enumerable.Range(1, 10_000).Select(number =>
        {
            made++;
            return $"{number} 1000";
        });
        var reply = Pop3Reply.Listing("many", lines);
        var whole = Written(reply);
        made = 0;

        using var writer = new Pop3ReplyWriter(reply);
        var parts = new StringBuilder();
        var output = new ArrayBufferWriter<byte>();
        while (writer.WriteTo(output, 4_096) is not ReplyProgress.Done)
        {
            Assert.InRange(output.WrittenCount, 4_096, 4_096 + Pop3Reply.MaxLineLength);
            Assert.True(parts.Length > 0 || made < 1_000);
            parts.Append(Encoding.Latin1.GetString(output.WrittenSpan));
            output.ResetWrittenCount();
        }

        Assert.Equal(whole, parts.Append(Encoding.Latin1.GetString(output.WrittenSpan)).ToString());
    }

    [Fact]
    [Requirement("R1939-3-d", "R1939-3-f", "R2449-6.4-a")]
    public void Whatever_the_texts_hold_a_reply_in_utf8_is_clean()
    {
        Gen.Select(Gen.String, Gen.String.List[0, 5]).Sample((text, content) =>
        {
            var lines = Utf8Written(Pop3Reply.Listing(text, content) with { IsUtf8 = true }).Split("\r\n");
            Assert.Equal(content.Count + 3, lines.Length);
            Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
            Assert.All(lines, line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 510));
            Assert.Equal(1, lines.Count(line => line == "."));
        });
    }

    private static string Written(Pop3Reply reply) => Encoding.Latin1.GetString(Octets(reply));

    private static string Utf8Written(Pop3Reply reply) => Encoding.UTF8.GetString(Octets(reply));

    private static ReadOnlySpan<byte> Octets(Pop3Reply reply)
    {
        var output = new ArrayBufferWriter<byte>();
        reply.WriteTo(output);
        return output.WrittenSpan;
    }
}
