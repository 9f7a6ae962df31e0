using System.Text.RegularExpressions;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Golden;

/// <summary>What holds for every reply of every recorded POP3 conversation.</summary>
public sealed partial class Pop3GrammarTests
{
    public static TheoryData<string> Paths => [.. Conversations.Keys];

    private static Dictionary<string, Exchange[]> Conversations { get; } =
        Exchanges.Recorded("pop3").ToDictionary(it => it.Path, it => it.All);

    [Theory]
    [Requirement("R1939-3-e", "R1939-3-d", "R1939-3-a", "R1939-4-a")]
    [MemberData(nameof(Paths))]
    public void Each_command_is_answered_at_once_by_a_status_line(string path)
    {
        Assert.Equal(Exchanges.Greeting, Conversations[path][0].Command);
        var hasLanguage = false;
        Assert.All(Conversations[path], exchange =>
        {
            hasLanguage |= VerbOf(exchange) == "LANG" && exchange.Answer[0].StartsWith('+');
            Assert.Matches(hasLanguage ? LocalizedStatus() : Status(), exchange.Answer[0]);
            Assert.InRange(exchange.Answer[0].Length, 2, 510);
        });
    }

    [Theory]
    [Requirement("R1939-3-f", "R1939-3-g", "S12")]
    [MemberData(nameof(Paths))]
    public void Listings_and_messages_end_with_the_only_lone_dot_and_all_else_is_one_line(string path) =>
        Assert.All(Conversations[path], exchange =>
        {
            if (!IsMultiLine(exchange))
            {
                // The last one may have the server's farewell behind it.
                var isLast = exchange == Conversations[path][^1];
                Assert.All(exchange.Answer.Skip(1), line => Assert.StartsWith("-ERR ", line, StringComparison.Ordinal));
                Assert.InRange(exchange.Answer.Count, 1, isLast ? 2 : 1);
                return;
            }

            Assert.Equal(exchange.Answer.Count - 1, exchange.Answer.ToList().IndexOf("."));
            Assert.All(
                exchange.Answer.Skip(1).SkipLast(1).Where(line => line.StartsWith('.')),
                line => Assert.StartsWith("..", line, StringComparison.Ordinal));
        });

    [Theory]
    [Requirement("R2449-6.4-a", "R3206-6-a")]
    [MemberData(nameof(Paths))]
    public void A_text_that_begins_with_a_bracket_begins_with_a_registered_code(string path) =>
        Assert.All(Conversations[path], exchange =>
        {
            var text = exchange.Answer[0].Split(' ', 2) is [_, var rest] ? rest : "";
            Assert.True(text is not ['[', ..] || Code().IsMatch(text), text);
            Assert.Equal(text is "[AUTH] Wrong user or password", text.Contains("Wrong", StringComparison.Ordinal));
        });

    [Theory]
    [Requirement("R1939-5-a", "R1939-5-c", "R1939-5-e", "R1939-7-f", "R1939-7-g", "P5")]
    [MemberData(nameof(Paths))]
    public void Numbers_sizes_and_unique_ids_have_their_shape(string path) =>
        Assert.All(Conversations[path].Where(it => it.Answer[0] is ['+', 'O', 'K', ..]), exchange =>
        {
            var lines = IsMultiLine(exchange) ? exchange.Answer.Skip(1).SkipLast(1) : [exchange.Answer[0][4..]];
            if (VerbOf(exchange) is "STAT" or "LIST")
                Assert.All(lines, line => Assert.Matches(TwoNumbers(), line));
            else if (VerbOf(exchange) is "UIDL")
                Assert.All(lines, line => Assert.Matches(NumberAndId(), line));
        });

    [Theory]
    [Requirement("R1939-5-f", "P5")]
    [MemberData(nameof(Paths))]
    public void Messages_have_the_size_that_the_list_says(string path)
    {
        var all = Conversations[path];
        var sizes = all.Where(it => it.Command == "LIST" && IsMultiLine(it))
            .SelectMany(it => it.Answer.Skip(1).SkipLast(1))
            .Distinct()
            .ToDictionary(line => line.Split(' ')[0], line => line.Split(' ')[1]);
        Assert.All(all.Where(it => VerbOf(it) == "RETR" && IsMultiLine(it)), exchange =>
        {
            var length = exchange.Answer.Skip(1).SkipLast(1).Sum(line => line.Length + 2 - (line is ['.', ..] ? 1 : 0));
            Assert.Equal($"+OK {length} octets", exchange.Answer[0]);
            if (sizes.TryGetValue(exchange.Command.Split(' ')[1], out var size))
                Assert.Equal($"{length}", size);
        });
    }

    private static string VerbOf(Exchange exchange) => exchange.Command.Split(' ')[0].ToUpperInvariant();

    /// <summary>RFC 1939 §5 and §7, RFC 2449 §5, RFC 6856 §3.2; HELP is of no RFC.</summary>
    private static bool IsMultiLine(Exchange exchange) =>
        exchange.Answer[0].StartsWith('+')
        && (VerbOf(exchange) is "CAPA" or "RETR" or "TOP"
            || exchange.Command.ToUpperInvariant() is "LIST" or "UIDL" or "LANG" or "HELP");

    [GeneratedRegex(@"^((\+OK|-ERR)( [\x20-\x7e]*)?|\+ [A-Za-z0-9+/]*=?=?)$")]
    private static partial Regex Status();

    /// <summary>Behind LANG texts may be UTF-8 (RFC 6856 §3.2).</summary>
    [GeneratedRegex(@"^((\+OK|-ERR)( [\x20-\x7e\x80-\xff]*)?|\+ [A-Za-z0-9+/]*=?=?)$")]
    private static partial Regex LocalizedStatus();

    [GeneratedRegex(@"^\[(AUTH|IN-USE|LOGIN-DELAY|SYS/TEMP|SYS/PERM)\] ")]
    private static partial Regex Code();

    [GeneratedRegex(@"^\d+ \d+$")]
    private static partial Regex TwoNumbers();

    [GeneratedRegex(@"^\d+ [\x21-\x7e]{1,70}$")]
    private static partial Regex NumberAndId();
}
