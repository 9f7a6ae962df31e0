using System.Collections.Immutable;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Mime;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Mime;

public sealed class HeaderFieldsTests
{
    private static readonly Gen<string> Piece = Gen.Int[0, 27].Select(it => new[]
    {
        "a@x", "eve@evil.example", "<", ">", "\"", "(", ")", ",", ";", ":", "\\", "[", "]", "@", ".", " ", "\r\n ",
        "\r\n", "From:", "From :", "Sender: ", "Date:", "=?utf-8?q?a=40x?=", "=?", "\0", "\r", "\u00e9", "\n",
    }[it]);

    [Theory]
    [InlineData("a@x", "a@x")]
    [InlineData("bob", "bob")]
    [InlineData("Alice <alice@example.org>", "alice@example.org")]
    [InlineData("a@x, b@y", "a@x b@y")]
    [InlineData("a@x, a@x", "a@x")]
    [InlineData("a@x,, b@y,", "a@x b@y")]
    [InlineData("Alice A. B. <a@x>, \"B, C\" <c@y>", "a@x c@y")]
    [InlineData("Friends: a@x, Bob <b@y>;, c@z", "a@x b@y c@z")]
    [InlineData("Smith, John <a@x>", "a@x Smith")]
    [InlineData("\"b@y\" <a@x>", "a@x")]
    [InlineData("\"b@y> <c@z\" <a@x>", "a@x")]
    [InlineData("\"a \\\" b@y\" <a@x>", "a@x")]
    [InlineData("=?utf-8?q?b=40y?= <a@x>", "a@x")]
    [InlineData("=?utf-8?B?w6k=?=\r\n =?utf-8?B?w6k=?= <a@x>", "a@x")]
    [InlineData("M\u00fcller <a@x>", "a@x")]
    [InlineData("a@x (b@y (c@z) \\) d@w)", "a@x")]
    [InlineData("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "pete@silly.test")] // RFC 5322 A.5
    [InlineData("a @ x", "a@x")]
    [InlineData("\"a b\"@x", "\"a b\"@x")]
    [InlineData("\"a@b\"@x", "\"a@b\"@x")]
    [InlineData("a@[127.0.0.1], b@[IPv6:::1]", "a@[127.0.0.1] b@[IPv6:::1]")]
    [InlineData("<a@xn--bcher-kva.example>", "a@xn--bcher-kva.example")]
    [InlineData("<a@EXAMPLE.org>", "a@EXAMPLE.org")]
    [InlineData("\r\n a@x,\r\n\tb@y", "a@x b@y")]
    [InlineData("Nobody:;", "")]
    public void Addresses_are_read_as_mail_programs_do(string value, string expected)
    {
        foreach (var end in (string[])["\r\n", "\n"])
        {
            var fields = Read($"From: {value}\r\n".Replace("\r\n", end, StringComparison.Ordinal));
            Assert.Equal(expected, Show(fields));
            Assert.False(fields.HasUnreadableAuthor);
            Assert.Equal(1, fields.FromCount);
        }
    }

    /// <summary>A program that takes another line end for one sees other fields.</summary>
    [Theory]
    [InlineData("Subject: a\rFrom: eve@evil.example\r\n")]
    [InlineData("Subject: a\nFrom: eve@evil.example\r\n")]
    [InlineData("\nFrom: eve@evil.example\r\n")]
    [InlineData("Subject: a\r\n\r")]
    public void In_a_raw_header_no_author_is_certain_behind_a_bare_line_end(string rest)
    {
        var header = Encoding.Latin1.GetBytes($"From: a@x\r\n{rest}");

        Assert.True(HeaderFields.Read(header, isRaw: true).HasUnreadableAuthor);
        Assert.False(HeaderFields.Read(Encoding.Latin1.GetBytes("From: a@x\r\n\r\n"), isRaw: true).HasUnreadableAuthor);
    }

    /// <summary>Mail programs read these in several ways: each address that one of them may show is there.</summary>
    [Theory]
    [InlineData("eve@evil.example <a@x>")]
    [InlineData("a@x <eve@evil.example>")]
    [InlineData("<a@x> <eve@evil.example>")]
    [InlineData("<eve@evil.example> <a@x>")]
    [InlineData("a@x eve@evil.example")]
    [InlineData("a@x (comment) eve@evil.example")]
    [InlineData("a@x; eve@evil.example")]
    [InlineData("eve@evil.example: a@x;")]
    [InlineData("a@x, Eve <eve@evil.example")]
    [InlineData("a@x\r\n eve@evil.example")]
    [InlineData("<@a,@b:eve@evil.example>, a@x")]
    [InlineData("eve@evil.example\u00a0<a@x>")]
    [InlineData("eve @evil.example a@x")]
    [InlineData("a@x =?utf-8?q??= <eve@evil.example>")]
    [InlineData("\"x\"eve@evil.example <a@x>")]
    [InlineData("mailto:eve@evil.example, a@x")]
    [InlineData("eve@evil.example/a@x")]
    [InlineData("a@x@eve@evil.example")]
    public void A_second_address_is_found_or_the_field_is_unreadable(string value)
    {
        var fields = Read($"From: {value}\r\n");

        Assert.True(fields.HasUnreadableAuthor || Show(fields).Split(' ').Contains("eve@evil.example"), Show(fields));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("<>")]
    [InlineData(",")]
    [InlineData("bob smith")]
    [InlineData("\"eve@evil.example\"")]
    [InlineData("\"eve@evil.example")]
    [InlineData("\"eve@evil.example <a@x>")]
    [InlineData("a@x (eve@evil.example")]
    [InlineData("a@x ) eve@evil.example")]
    [InlineData("a@x [eve@evil.example")]
    [InlineData("a@x] eve@evil.example")]
    [InlineData("a@x \\(eve@evil.example)")]
    [InlineData("a@x\0eve@evil.example")]
    [InlineData("a@x\reve@evil.example")]
    [InlineData("a@x\r\r\n")]
    [InlineData("a@x\u001b")]
    [InlineData("a@x\u007f")]
    [InlineData("=?utf-8?q?eve=40evil.example?= <>")]
    [InlineData("=?utf-8?q?eve=40evil.example?=@x")]
    [InlineData("=?utf-8?b?cG90dXNAd2hpdGVob3VzZS5nb3Y=?==?utf-8?Q?=00?=@x")]
    [InlineData("=?utf-8?q?eve=40evil.example?=")]
    [InlineData("<a@b\u00fccher\u3002example>")]
    [InlineData("\u0085@x")]
    [InlineData("\ufffd@x")]
    [InlineData("eve\uff20evil.example")]
    [InlineData("eve\uff20evil.example@x")]
    [InlineData("\u05d0\u05d1\u05d2a@\u05d0\u05d1a.example")]
    [InlineData("A: B: C: D: E: a@x;;;;;")]
    [InlineData("a..b@x")]
    [InlineData("a@x..y")]
    [InlineData("a@")]
    [InlineData("@x")]
    [InlineData("a@x_y")]
    public void What_cannot_be_read_for_sure_is_told(string value) =>
        Assert.True(Read($"From: {value}\r\n").HasUnreadableAuthor);

    [Theory]
    [InlineData("<a@b\u00fccher.example>", "a@b\u00fccher.example a@xn--bcher-kva.example")]
    [InlineData("J\u00f6rg <j\u00f6rg@x>", "j\u00f6rg@x")]
    [InlineData("\u00fc@x", "\u00fc@x")]
    public void Authors_may_have_addresses_in_UTF8(string value, string authors)
    {
        var fields = Read($"From: {value}\r\n");

        Assert.Equal((authors, false), (Show(fields), fields.HasUnreadableAuthor));
    }

    [Theory]
    [InlineData("EC@x")]
    [InlineData("\"EC\"@x")]
    [InlineData("a@EC.example")]
    public void An_author_in_another_charset_is_unreadable(string value)
    {
        var octets = Encoding.Latin1.GetBytes($"From: {value.Replace("EC", "\u00ec", StringComparison.Ordinal)}\r\n");

        Assert.True(HeaderFields.Read(octets).HasUnreadableAuthor);
    }

    [Theory]
    [InlineData("From: a@x\r\nFROM: b@y\r\n", "a@x b@y", 2)]
    [InlineData("From : a@x\r\nfrom\t:b@y\r\n", "a@x b@y", 2)]
    [InlineData("From\r\n : a@x\r\n", "a@x", 1)]
    [InlineData(" From: a@x\r\n", "a@x", 1)]
    [InlineData("From: a@x\r\nSender: b@y\r\nSender: c@z\r\n", "a@x b@y c@z", 1)]
    [InlineData("rubbish\r\nFrom: a@x\r\n", "a@x", 1)]
    [InlineData("From bob@y Mon Jan 1 10:00:00 2024\r\nFrom: a@x\r\n", "a@x", 1)]
    [InlineData("X: y\r\n From: b@y\r\nFrom: a@x", "a@x", 1)]
    [InlineData("Reply-To: b@y\r\nX-From: b@y\r\nResent-From: b@y\r\nTo: b@y\r\n", "", 0)]
    [InlineData("X: y\r\n\r\nFrom: a@x\r\n", "", 0)]
    [InlineData("X: y\n\nFrom: a@x\n", "", 0)]
    [InlineData("", "", 0)]
    public void Every_From_and_Sender_field_counts(string header, string authors, int count)
    {
        var fields = Read(header);

        Assert.Equal((authors, count, false), (Show(fields), fields.FromCount, fields.HasUnreadableAuthor));
    }

    [Theory]
    [InlineData("Date: x\r\nMessage-ID: <y>\r\n", true, true)]
    [InlineData("DATE : x\nmessage-id\t: <y>\n", true, true)]
    [InlineData("Message-Id:\r\n <y>\r\n", false, true)]
    [InlineData("Resent-Date: x\r\nX-Message-ID: y\r\n", false, false)]
    [InlineData("Subject: x\r\n Date: y\r\n", false, false)]
    [InlineData("Dat\0e: x\r\n", false, false)]
    [InlineData("\r\nDate: x\r\nMessage-ID: y\r\n", false, false)]
    public void Date_and_id_are_seen(string header, bool hasDate, bool hasMessageId)
    {
        var fields = Read(header);

        Assert.Equal((hasDate, hasMessageId), (fields.HasDate, fields.HasMessageId));
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "addresses", "From: " + Many("a@x,", 60_000) }, { "other addresses", "From: " + Different(60_000) },
        { "fields", Many("From: a@x\r\n", 60_000) }, { "lines", "From: a@x" + Many("\r\n b", 60_000) },
        { "comments", "From: a@x" + Many("(", 60_000) + Many(")", 60_000) }, { "open", "From: " + Many("(", 60_000) },
        { "groups", "From: " + Many("g:", 60_000) }, { "angles", "From: " + Many("<", 60_000) },
        { "words", "From: " + Many("=?utf-8?q?a=40x?= ", 60_000) }, { "quotes", "From: " + Many("\"", 60_001) },
        { "starts", "From: " + Many("=?utf-8?q?", 60_000) }, { "ats", "From: " + Many("@", 60_000) },
        { "senders", Many("Sender: a@x\r\n", 11) }, { "literal", "From: a@" + Many("[", 60_000) },
    };

    /// <summary>What nobody writes is refused as a whole, so that none of it has to be gone through.</summary>
    [Theory]
    [Requirement("F6")]
    [MemberData(nameof(Hostile))]
    public void A_hostile_header_is_read_within_limits_and_told(string name, string header)
    {
        var fields = Read(header);

        Assert.True(fields.HasUnreadableAuthor, name);
        Assert.InRange(fields.Authors.Length, 0, 500);
    }

    [Fact]
    [Requirement("F6")]
    public void Sixty_thousand_other_fields_hide_nothing()
    {
        var fields = Read(Many("X: y\r\n", 30_000) + "From: a@x\r\nDate: z\r\n" + Many("X: y\r\n", 30_000));

        Assert.Equal(("a@x", true, false), (Show(fields), fields.HasDate, fields.HasUnreadableAuthor));
    }

    [Fact]
    [Requirement("F6")]
    public void Whatever_comes_it_does_not_throw_and_no_plain_author_is_lost() =>
        Piece.Array[0, 25].Select(it => string.Concat(it)).Sample(text =>
        {
            var fields = Read($"From: eve@evil.example\r\nFrom: {text}\r\n");
            Assert.Contains(new MailAddress("eve", "evil.example"), fields.Authors);
            Assert.True(fields.FromCount >= 2);
            foreach (var line in (string[])["{0}", "From: {0}", "Sender: <{0}>"])
                Assert.NotNull(Read(line.Replace("{0}", text, StringComparison.Ordinal)));
        }, iter: 10_000);

    /// <summary>A list of good addresses gives these addresses, in this order, however it is folded.</summary>
    [Theory]
    [Requirement("R6409-6.1-a", "R3")]
    [InlineData("From\0")]
    [InlineData("F\u000Brom")]
    [InlineData("From\u00A0")]
    [InlineData("\u00EF\u00BB\u00BFFrom")]
    [InlineData("S ender")]
    public void A_name_that_some_take_for_From_lets_no_check_pass(string name)
    {
        Assert.True(Read($"Subject: x\r\n{name}: eve@evil.example\r\n").HasUnreadableAuthor);
        Assert.False(Read("Subject: x\r\nX From: eve@evil.example\r\nFrom-X\0: y\r\n").HasUnreadableAuthor);
    }

    [Fact]
    public void Good_lists_are_read_whole() =>
        Gen.Select(Gen.Char['a', 'f'], Gen.Int[0, 3]).Array[1, 8].Sample(people =>
        {
            var names = people.Select((it, i) => $"{it.Item1}{i}@example.org").ToImmutableArray();
            var written = names.Select((it, i) => people[i].Item2 switch
            {
                0 => it,
                1 => $"\"Some, body\" <{it}>",
                2 => $"(x) Name\r\n\t<{it}> (y)",
                _ => $"G: {it};",
            });
            var fields = Read($"From: {string.Join(", ", written)}\r\n");
            return !fields.HasUnreadableAuthor && Show(fields) == string.Join(' ', names);
        }, iter: 2_000);

    private static HeaderFields Read(string header) => HeaderFields.Read(Encoding.UTF8.GetBytes(header));

    private static string Show(HeaderFields fields) => string.Join(' ', fields.Authors);

    private static string Many(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    private static string Different(int count) => string.Join(',', Enumerable.Range(0, count).Select(it => $"a{it}@x"));
}
