using System.Globalization;
using System.Text.RegularExpressions;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Golden;

/// <summary>What holds for every reply of every recorded SMTP conversation.</summary>
public sealed partial class SmtpGrammarTests
{
    /// <summary>RFC 5321 §4.2.3, 555 of §4.1.1.11, and those of RFC 3207 §4 and RFC 4954 §6.</summary>
    private static readonly int[] Registered =
    [
        211, 214, 220, 221, 250, 251, 252, 354, 421, 450, 451, 452, 455,
        500, 501, 502, 503, 504, 550, 551, 552, 553, 554, 555, 235, 334, 454, 530, 535, 538,
    ];

    /// <summary>RFC 5321 §4.3.2. Besides, 501 and 421 may answer anything, and 500 what is too long.</summary>
    private static readonly Dictionary<string, int[]> Table = new()
    {
        [Exchanges.Greeting] = [220, 554],
        ["EHLO"] = [250, 502, 504, 550, 554],
        ["HELO"] = [250, 502, 504, 550],
        // 500 on the port of the other protocol (RFC 2033 §4.1).
        ["LHLO"] = [250, 500, 504, 550],
        // RFC 3030 §2; 503 is what RFC 5321 §4.1.4 has for commands out of order.
        ["BDAT"] = [250, 552, 554, 451, 452, 450, 550, 553, 503, 530],
        ["STARTTLS"] = [220, 454, 503],
        ["AUTH"] = [235, 334, 432, 454, 500, 503, 504, 534, 535, 538],
        [Exchanges.Response] = [235, 334, 454, 500, 535],
        ["MAIL"] = [250, 552, 451, 452, 550, 553, 503, 455, 555, 530],
        ["RCPT"] = [250, 251, 550, 551, 552, 553, 450, 451, 452, 503, 455, 555, 530],
        ["DATA"] = [354, 503, 554, 530],
        // 553 where the message says that it is from somebody else (RFC 6409 §6.1).
        [Exchanges.Data] = [250, 552, 554, 451, 452, 450, 550, 553],
        ["RSET"] = [250],
        ["VRFY"] = [250, 251, 252, 550, 551, 553, 502, 504, 530],
        ["EXPN"] = [250, 252, 550, 500, 502, 504],
        ["HELP"] = [211, 214, 502, 504],
        ["NOOP"] = [250],
        ["QUIT"] = [221],
    };

    public static TheoryData<string> Paths => [.. Conversations.Keys];

    private static Dictionary<string, (string Path, bool IsBasic, Exchange[] All)> Conversations { get; } =
        Exchanges.Recorded("smtp").ToDictionary(it => it.Path);

    [Theory]
    [Requirement("R5321-4.2-a", "R2920-3.2-c", "S12")]
    [MemberData(nameof(Paths))]
    public void Each_command_gets_one_reply_before_the_client_goes_on(string path) =>
        Assert.All(Conversations[path].All, exchange =>
        {
            Assert.NotEmpty(exchange.Answer);
            Assert.All(exchange.Answer.SkipLast(1), line => Assert.Equal('-', line[3]));
            Assert.Equal(' ', exchange.Answer[^1][3]);
        });

    [Theory]
    [Requirement("R4954-4-d", "R5321-4.2-b", "R5321-4.2-c", "R5321-4.2-d", "R5321-4.2.1-a", "R5321-4.5.3.1.5-a",
        "R5321-4.1.1.1-b")]
    [MemberData(nameof(Paths))]
    public void Each_line_has_a_registered_code_and_printable_text_of_limited_length(string path) =>
        Assert.All(Conversations[path].All, exchange =>
        {
            // RFC 6531 §3.7.4.2: beyond ASCII only where the client asked for it.
            var takesUtf8 = exchange.Command.EndsWith(" SMTPUTF8", StringComparison.Ordinal);
            Assert.All(exchange.Answer, line => Assert.Matches(takesUtf8 ? Utf8Line() : Line(), line));
            Assert.All(exchange.Answer, line => Assert.InRange(line.Length, 4, 510));
            Assert.Contains(CodeOf(exchange), Registered);
            Assert.Single(exchange.Answer.Select(line => line[..3]).Distinct());
        });

    [Theory]
    [Requirement("R5321-4.3.1-b", "R5321-4.3.2-a", "R5321-4.5.1-a")]
    [MemberData(nameof(Paths))]
    public void Each_reply_is_one_that_the_table_allows_for_its_command(string path) =>
        Assert.All(Conversations[path].All, exchange =>
        {
            var code = CodeOf(exchange);
            // RFC 5321 §3.1: 503 to all but QUIT where there was 554 in place of the greeting.
            int[] always = CodeOf(Conversations[path].All[0]) == 554 ? [503]
                : exchange.Command.Length > 510 ? [421, 501, 500]
                : [421, 501];
            if (Table.TryGetValue(VerbOf(exchange), out var allowed) && !HasOddOctet(exchange.Command))
                Assert.Contains(code, allowed.Concat(always));
        });

    [Theory]
    [Requirement("R5321-4.3.1-a", "R5321-4.1.1.1-a", "R5321-3.2-a")]
    [MemberData(nameof(Paths))]
    public void Greeting_introduction_and_goodbye_name_the_server(string path) =>
        Assert.All(
            Conversations[path].All.Where(it => CodeOf(it) is 220 or 221 or 421 || IsIntroduction(it)),
            exchange =>
            {
                Assert.Equal("mail.example.org", WithoutCodes(exchange.Answer[0]).Split(' ')[0]);
                Assert.True(VerbOf(exchange) != "HELO" || exchange.Answer.Count == 1);
            });

    [Theory]
    [Requirement("R2034-4-a", "R2034-4-b", "R3463-2-a")]
    [MemberData(nameof(Paths))]
    public void Each_line_has_an_enhanced_code_of_the_same_class_where_there_is_one(string path)
    {
        var (_, isBasic, all) = Conversations[path];
        Assert.All(all, exchange =>
        {
            var codes = exchange.Answer.Select(line => Enhanced().Match(line[4..]).Value).Distinct().ToList();
            // XCLIENT is answered by another greeting.
            var isGreeting = exchange.Command == Exchanges.Greeting
                || (VerbOf(exchange) == "XCLIENT" && CodeOf(exchange) == 220);
            var hasNone = isBasic || IsIntroduction(exchange) || isGreeting
                || CodeOf(exchange) is 354 or 334;
            Assert.Equal(hasNone ? "" : exchange.Answer[0][..1], Assert.Single(codes).Split('.')[0]);
        });
    }

    [Theory]
    [Requirement("R5321-2.2.2-a", "R5321-4.1.1.1-b")]
    [MemberData(nameof(Paths))]
    public void Extensions_are_registered_keywords(string path)
    {
        string[] known =
        [
            "PIPELINING", "SIZE", "8BITMIME", "STARTTLS", "AUTH", "ENHANCEDSTATUSCODES", "HELP",
            "SMTPUTF8", "CHUNKING", "BINARYMIME", "DSN", "LIMITS", "EXPN", "XCLIENT",
        ];
        Assert.All(
            Conversations[path].All.Where(IsIntroduction).SelectMany(it => it.Answer.Skip(1)),
            line => Assert.Contains(line[4..].Split(' ')[0], known));
    }

    private static int CodeOf(Exchange exchange) => int.Parse(exchange.Answer[0][..3], CultureInfo.InvariantCulture);

    private static string VerbOf(Exchange exchange) => exchange.Command == Exchanges.Data
        ? Exchanges.Data
        : exchange.Command.Split(' ')[0].ToUpperInvariant();

    private static bool IsIntroduction(Exchange exchange) =>
        VerbOf(exchange) is "EHLO" or "HELO" or "LHLO" && CodeOf(exchange) == 250;

    /// <summary>Then it is no command at all, and 500.</summary>
    private static bool HasOddOctet(string command) => command.Any(it => it is < ' ' or > '~');

    private static string WithoutCodes(string line) => line[(4 + Enhanced().Match(line[4..]).Length)..].TrimStart();

    [GeneratedRegex(@"^[2-5][0-5][0-9][ -][\t\x20-\x7e]*$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^[2-5][0-5][0-9][ -][\t\x20-\x7e\x80-\xff]*$")]
    private static partial Regex Utf8Line();

    [GeneratedRegex(@"^[245]\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})(?= )")]
    private static partial Regex Enhanced();
}
