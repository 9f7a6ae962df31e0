using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Pop3;
using ActorMail.Tests;
using CsCheck;

namespace ActorMail.Protocols.Tests.Pop3;

public sealed class Pop3CommandParserTests
{
    private static readonly string[] Samples =
    [
        "USER bob@example.org", "PASS a b  c ", "STAT", "LIST", "LIST 2", "UIDL", "UIDL 3", "RETR 1", "TOP 1 0",
        "DELE 4", "RSET", "NOOP", "QUIT", "CAPA", "UTF8", "LANG", "LANG fr-CA", "HELP", "HELP RETR", "STLS",
        "AUTH PLAIN",
    ];

    public static TheoryData<string, Pop3Command> Commands => new()
    {
        { "USER bob@example.org", new Pop3Command.User("bob@example.org") },
        { "PASS secret", new Pop3Command.Pass(new Secret("secret")) },
        { "STAT", Pop3Command.Stat.Instance },
        { "LIST", new Pop3Command.List(null) },
        { "LIST 2147483647", new Pop3Command.List(int.MaxValue) },
        { "UIDL", new Pop3Command.Uidl(null) },
        { "UIDL 12", new Pop3Command.Uidl(12) },
        { "RETR 1", new Pop3Command.Retr(1) },
        { "TOP 1 0", new Pop3Command.Top(1, 0) },
        { "TOP 10 25", new Pop3Command.Top(10, 25) },
        { "DELE 7", new Pop3Command.Dele(7) },
        { "RSET", Pop3Command.Rset.Instance },
        { "NOOP", Pop3Command.Noop.Instance },
        { "QUIT", Pop3Command.Quit.Instance },
        { "CAPA", Pop3Command.Capa.Instance },
        { "UTF8", Pop3Command.Utf8.Instance },
        { "LANG", new Pop3Command.Lang(null) },
        { "LANG *", new Pop3Command.Lang("*") },
        { "LANG fr-CA", new Pop3Command.Lang("fr-CA") },
        { "HELP", new Pop3Command.Help(null) },
        { "HELP RETR", new Pop3Command.Help("RETR") },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    [Requirement("R1939-7-a")]
    public void Each_command_of_the_protocol_is_understood(string line, Pop3Command expected) =>
        Assert.Equal(expected, Parse(line));

    [Theory]
    [InlineData("user bob", "USER bob")]
    [InlineData("PaSs x", "PASS x")]
    [InlineData("sTaT", "STAT")]
    [InlineData("qUiT", "QUIT")]
    [InlineData("tOp 1 2", "TOP 1 2")]
    [Requirement("R1939-3-b")]
    public void Keywords_are_the_same_in_any_case(string line, string upper) => Assert.Equal(Parse(upper), Parse(line));

    [Theory]
    [InlineData("RETR  1")]
    [InlineData("RETR\t1")]
    [InlineData(" RETR 1")]
    [InlineData("TOP 1  2")]
    [InlineData("TOP  1 2")]
    [InlineData("USER  bob")]
    [InlineData(" STAT")]
    [Requirement("R1939-3-c")]
    public void Exactly_one_blank_stands_between_a_keyword_and_its_arguments(string line) => AssertInvalid(line);

    [Theory]
    [InlineData("STAT ", "STAT")]
    [InlineData("LIST   ", "LIST")]
    [InlineData("RETR 1 ", "RETR 1")]
    [InlineData("TOP 1 2  ", "TOP 1 2")]
    [InlineData("USER bob ", "USER bob")]
    [Requirement("R1939-3-c")]
    public void Blanks_at_the_end_of_a_line_are_forgiven(string line, string without) =>
        Assert.Equal(Parse(without), Parse(line));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("FOO")]
    [InlineData("STATUS")]
    [InlineData("STA")]
    [InlineData("RETR")]
    [InlineData("DELE")]
    [InlineData("TOP")]
    [InlineData("USER")]
    [InlineData("USER ")]
    [InlineData("PASS")]
    [InlineData("STAT x")]
    [InlineData("QUIT now")]
    [InlineData("RSET 1")]
    [InlineData("NOOP 1")]
    [InlineData("CAPA 1")]
    [InlineData("LIST 1 2")]
    [InlineData("GET / HTTP/1.1")]
    [Requirement("R1939-3-h")]
    public void A_line_that_is_no_command_is_invalid_and_says_why(string line) => AssertInvalid(line);

    [Theory]
    [InlineData("APOP bob c4c9334bac560ecc979e58001b3e22fb")]
    [InlineData("STLS now")]
    [InlineData("AUTH PLAIN x y")]
    [InlineData("AUTH  PLAIN")]
    [Requirement("R1939-3-h", "R2449-6.3-a")]
    public void What_is_not_offered_is_refused(string line) => AssertInvalid(line);

    [Fact]
    [Requirement("R5034-4-h", "R5034-4-b")]
    public void A_login_names_its_mechanism_and_may_have_an_initial_response()
    {
        Assert.Equal(new Pop3Command.Auth("plain", null), Pop3CommandParser.Parse("auth plain"u8));
        Assert.Equal(new Pop3Command.Auth("PLAIN", new Secret("=")), Pop3CommandParser.Parse("AUTH PLAIN ="u8));
        Assert.Equal(new Pop3Command.Auth("", null), Pop3CommandParser.Parse("AUTH"u8));
        Assert.Equal(Pop3Command.Stls.Instance, Pop3CommandParser.Parse("stls"u8));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("01x")]
    [InlineData("1x")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("0x1")]
    [InlineData("abc")]
    [InlineData("２")]
    [InlineData("2147483648")]
    [InlineData("4294967297")]
    [InlineData("99999999999999999999")]
    [Requirement("R1939-5-h", "P4")]
    public void A_message_number_is_nothing_but_decimal_digits_from_1(string number)
    {
        foreach (var command in (string[])["LIST", "UIDL", "RETR", "DELE"])
            AssertInvalid($"{command} {number}");
        AssertInvalid($"TOP {number} 0");
    }

    [Theory]
    [InlineData("TOP")]
    [InlineData("TOP 1")]
    [InlineData("TOP 1 ")]
    [InlineData("TOP 1 -1")]
    [InlineData("TOP 1 x")]
    [InlineData("TOP 1 00")]
    [InlineData("TOP 1 2 3")]
    [Requirement("R1939-7-d")]
    public void Top_needs_a_number_and_a_count(string line) => AssertInvalid(line);

    [Theory]
    [InlineData("99999")]
    [InlineData("2147483648")]
    [InlineData("99999999999999999999999999999999999999999999999")]
    [Requirement("R1939-7-c")]
    public void Top_takes_any_count_of_lines_however_great(string count)
    {
        var top = Assert.IsType<Pop3Command.Top>(Parse($"TOP 1 {count}"));
        Assert.True(top.Lines >= 99_999);
    }

    [Theory]
    [InlineData("PASS a b  c", "a b  c")]
    [InlineData("PASS  leading", " leading")]
    [InlineData("PASS trailing ", "trailing ")]
    [InlineData("PASS ", "")]
    [InlineData("PASS pässwörd ☃", "pässwörd ☃")]
    [InlineData("PASS %s${x}'\"*?", "%s${x}'\"*?")]
    [Requirement("R1939-7-m", "A5")]
    public void The_rest_of_the_line_is_the_password(string line, string password) =>
        Assert.Equal(new Pop3Command.Pass(new Secret(password)), Parse(line));

    [Fact]
    public void A_user_name_may_hold_blanks_as_a_quoted_address_does() =>
        Assert.Equal(new Pop3Command.User("\"b o b\"@example.org"), Parse("USER \"b o b\"@example.org"));

    [Theory]
    [InlineData(new byte[] { 0x00 })]
    [InlineData(new byte[] { (byte)'\r' })]
    [InlineData(new byte[] { (byte)'\n' })]
    [InlineData(new byte[] { 0x1B })]
    [InlineData(new byte[] { 0x7F })]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xFF })]
    [Requirement("A5", "K4")]
    public void Control_characters_and_bad_utf8_spoil_a_line_wherever_they_stand(byte[] octets)
    {
        foreach (var line in Samples.Select(Encoding.UTF8.GetBytes))
        {
            for (var at = 0; at <= line.Length; at++)
                Assert.IsType<Pop3Command.Invalid>(Pop3CommandParser.Parse([.. line[..at], .. octets, .. line[at..]]));
        }
    }

    [Fact]
    [Requirement("R2449-4-a", "A5")]
    public void A_long_argument_is_taken_whole()
    {
        foreach (var length in (int[])[248, 20_000])
        {
            var text = new string('x', length);
            Assert.Equal(new Pop3Command.Pass(new Secret(text)), Parse("PASS " + text));
            Assert.Equal(new Pop3Command.User(text), Parse("USER " + text));
        }
    }

    [Fact]
    [Requirement("R1939-3-h")]
    public void No_prefix_of_a_command_is_taken_for_another_command()
    {
        foreach (var sample in Samples)
        {
            var keyword = sample.Split(' ')[0];
            for (var length = 0; length < keyword.Length; length++)
                AssertInvalid(sample[..length]);
        }
    }

    [Fact]
    [Requirement("R1939-3-h")]
    public void Any_octets_whatever_give_a_value_and_no_exception()
    {
        var rubbish = Gen.Byte.Array[0, 80];
        var sample = Gen.Int[0, Samples.Length - 1];
        var nearlyCommands = Gen.Select(sample, Gen.Int[0, 30], Gen.Byte.Array[0, 6], (index, at, octets) =>
        {
            var bytes = Encoding.UTF8.GetBytes(Samples[index]);
            var cut = Math.Min(at, bytes.Length);
            return (byte[])[.. bytes[..cut], .. octets, .. bytes[cut..]];
        });
        Gen.OneOf(rubbish, nearlyCommands).Sample(line => Pop3CommandParser.Parse(line) switch
        {
            Pop3Command.Retr(var number) => number >= 1,
            Pop3Command.Dele(var number) => number >= 1,
            Pop3Command.Top(var number, var lines) => number >= 1 && lines >= 0,
            Pop3Command.User(var name) => name.Length > 0 && name.All(character => character is >= ' ' and not '\x7F'),
            Pop3Command.Invalid(var fault, var verb) =>
                Enum.IsDefined(fault) && (verb is null || Enum.IsDefined(verb.Value)),
            _ => true,
        });
    }

    [Theory]
    [InlineData("STAK", Pop3Fault.Misspelt, Pop3Verb.Stat)]
    [InlineData("retrieve 1", Pop3Fault.Misspelt, Pop3Verb.Retr)]
    [InlineData("DEL 1", Pop3Fault.Misspelt, Pop3Verb.Dele)]
    [InlineData("PASSWORD x", Pop3Fault.Misspelt, Pop3Verb.Pass)]
    [InlineData("EHLO me.example.net", Pop3Fault.OtherProtocol, null)]
    [InlineData("helo x", Pop3Fault.OtherProtocol, null)]
    [InlineData("MAIL FROM:<a@b>", Pop3Fault.OtherProtocol, null)]
    [InlineData("APOP bob x", Pop3Fault.Apop, null)]
    [InlineData("XYZZY", Pop3Fault.Unknown, null)]
    [InlineData("STAT\nQUIT", Pop3Fault.BareLineFeed, null)]
    [InlineData("", Pop3Fault.Empty, null)]
    [InlineData(" STAT", Pop3Fault.Empty, null)]
    [InlineData("RETR", Pop3Fault.Syntax, Pop3Verb.Retr)]
    [InlineData("RETR x", Pop3Fault.NoNumber, Pop3Verb.Retr)]
    [InlineData("TOP 1", Pop3Fault.Syntax, Pop3Verb.Top)]
    [InlineData("STAT 1", Pop3Fault.NoArgument, Pop3Verb.Stat)]
    [InlineData("LANG fr FR", Pop3Fault.Syntax, Pop3Verb.Lang)]
    public void Who_is_wrong_is_told_what_was_expected(string line, Pop3Fault fault, Pop3Verb? verb) =>
        Assert.Equal(new Pop3Command.Invalid(fault, verb), Parse(line));

    [Theory]
    [InlineData("LANG -")]
    [InlineData("LANG fr-")]
    [InlineData("LANG **")]
    [InlineData("LANG abcdefghi")]
    [InlineData("LANG fr_CA")]
    [InlineData("LANG français")]
    public void A_language_is_a_basic_range(string line) => AssertInvalid(line);

    [Theory]
    [InlineData(@"USER \xC3\x28")]
    [InlineData(@"PASS \xC3\x28")]
    [InlineData(@"PASS \xED\xA0\x80")]
    [InlineData(@"USER \xC0\xAE")]
    [Requirement("R6856-2.2-a")]
    public void A_name_or_password_that_is_no_utf8_is_refused(string line)
    {
        var octets = line.Split("\\x").SelectMany((part, index) => index == 0
            ? Encoding.ASCII.GetBytes(part) : [Convert.ToByte(part[..2], 16), .. Encoding.ASCII.GetBytes(part[2..])]);
        Assert.Equal(new Pop3Command.Invalid(Pop3Fault.NotText), Pop3CommandParser.Parse([.. octets]));
    }

    [Fact]
    public void A_password_is_not_printed() =>
        Assert.DoesNotContain("hunter2", Parse("PASS hunter2").ToString(), StringComparison.Ordinal);

    private static Pop3Command Parse(string line) => Pop3CommandParser.Parse(Encoding.UTF8.GetBytes(line));

    private static void AssertInvalid(string line) =>
        Assert.IsType<Pop3Command.Invalid>(Parse(line));
}
