using System.Globalization;
using ActorMail.Storage.Addresses;
using ActorMail.Tests;
using CsCheck;
using static ActorMail.Storage.Tests.Addresses.Books;

namespace ActorMail.Storage.Tests.Addresses;

public sealed class AliasTableTests
{
    private const string Signs = ":,@\"[]\\#| \t\r\n+.";

    [Fact]
    public void A_table_has_comments_and_lines_that_go_on()
    {
        var (entries, faults) = AliasTable.Read(
            "\uFEFF# aliases\r\n\r\nsales@x: ann@x,\r\n\t bob@x\r\n  # not a line\r\n   ,carl@x \r\n\r\n"
            + "\"a:b, c\"@[IPv6:2001:db8::1] :\"x,y\"@x\nabuse:ann@x");

        Assert.Empty(faults);
        Assert.Equal(
            [
                ("line 3", "sales@x", "ann@x|bob@x|carl@x"),
                ("line 8", "\"a:b, c\"@[IPv6:2001:db8::1]", "\"x,y\"@x"),
                ("line 9", "abuse", "ann@x"),
            ],
            entries.Select(entry => (entry.Where, entry.Name, string.Join('|', entry.Targets))));
    }

    [Theory]
    [InlineData("sales@example.org", "line 1: expected an alias such as sales@example.org: ann@example.org, "
        + "bob@example.org; found 'sales@example.org'")]
    [InlineData(": bob", "line 1: expected an alias such as sales@example.org: ann@example.org, "
        + "bob@example.org; found ': bob'")]
    [InlineData("sales@example.org:", "line 1: sales@example.org lacks a target")]
    [InlineData("sales: bob,, ann", "line 1: sales lacks a target between two commas or at an end")]
    [InlineData("sales: bob,", "line 1: sales lacks a target between two commas or at an end")]
    [InlineData(" sales: bob", "line 1: begins with a blank and has no line to go on with")]
    [InlineData("sa les@example.org: bob", "line 1: 'sa les@example.org' is no address")]
    [InlineData("@: bob", "line 1: '@' is no domain behind its @")]
    [InlineData("@*.example.org: bob", "line 1: '@*.example.org' is no domain behind its @")]
    [InlineData("@evil.example: bob", "line 1: @evil.example is not in a domain that mail is taken for")]
    [InlineData("a@evil.example: bob", "line 1: a@evil.example is not in a domain that mail is taken for")]
    [InlineData("a@example.net: bob", "line 1: example.net is another name of example.org: write a@example.org")]
    [InlineData("@x.example.org: bob", "line 1: x.example.org is another name of example.org: write @example.org")]
    [InlineData("a: bob@evil.example",
        "line 1: 'bob@evil.example' is in no domain that mail is taken for, and mail does not go out yet")]
    [InlineData("a: |/bin/sh", "line 1: '|/bin/sh' is no address: a target is no command, file or list to include")]
    [InlineData("a: \"|/bin/sh\"",
        "line 1: '\"|/bin/sh\"' is no address: a target is no command, file or list to include")]
    [InlineData("a: /dev/null", "line 1: '/dev/null' is no address: a target is no command, file or list to include")]
    [InlineData("a: :include:/etc/x",
        "line 1: ':include:/etc/x' is no address: a target is no command, file or list to include")]
    [InlineData("a: bob ann", "line 1: 'bob ann' is no address")]
    [InlineData("a: b\u0001", "line 1: 'b\u0001' is no address")]
    [Requirement("N1")]
    public void A_fault_names_its_line_and_what_is_wrong(string line, string fault) =>
        Assert.Equal(fault, FaultsOf(Options, line));

    [Fact]
    public void All_faults_are_found_at_once() =>
        Assert.Equal(
            "line 2: expected an alias such as sales@example.org: ann@example.org, bob@example.org; found 'rubbish'\n"
            + "line 3: 'x y' is no address\n"
            + "line 4: A@Example.org is there already, in line 1",
            FaultsOf(Options, "a@example.org: bob", "rubbish", "b: x y", "A@Example.org: bob"));

    [Fact]
    public void A_loop_is_named()
    {
        Assert.Equal(
            "line 3: a loop: a@example.org -> b@example.org -> c -> a@example.org",
            FaultsOf(
                Options, "a@example.org: ann, b@example.org", "b@example.org: b@example.org, c@example.com",
                "c: a+x@example.org"));
        Assert.Equal("", FaultsOf(Options, "a@example.org: a@example.org, bob", "b@example.org: a@example.org"));
        Assert.Equal("", FaultsOf(Options, "abuse: abuse@example.org, abuse@example.com"));
    }

    [Fact]
    public void A_long_loop_is_named_in_short()
    {
        var aliases = Enumerable.Range(0, 1_000).Select(
            i => string.Create(CultureInfo.InvariantCulture, $"a{i}@example.org: a{(i + 1) % 1_000}@example.org"));

        Assert.Equal(
            "line 1000: a loop: a0@example.org -> a1@example.org -> a2@example.org -> a3@example.org -> a4@example.org "
            + "-> a5@example.org -> a6@example.org -> a7@example.org -> a8@example.org -> a9@example.org -> ... "
            + "-> a0@example.org",
            FaultsOf(Options, [.. aliases]));
    }

    [Fact]
    public void An_alias_leads_to_a_limited_number_of_mailboxes()
    {
        var options = Options with { MaxTargets = 3 };
        Assert.Equal("", FaultsOf(options, "a: b@example.org, x1", "b: x1, x2, x3, x1"));
        Assert.Equal(
            "line 1: a leads to more than 3 mailboxes (addresses.max-targets)",
            FaultsOf(options, "a: b@example.org, x4", "b: x1, x2, x3"));
        Assert.Equal(
            "line 1: @example.org leads to more than 3 mailboxes (addresses.max-targets)",
            FaultsOf(options, "@example.org: x1, x2, x3, x4"));
    }

    [Fact]
    public void Aliases_of_the_settings_and_of_the_table_are_one_list()
    {
        Assert.True(AliasEntry.TryParse("", "a@example.org: b@example.org", out var entry, out _));
        var options = Options with { Aliases = [entry] };

        Assert.Equal(
            "Alias bob@example.org",
            Of(options, "b@example.org: bob").Find("a@example.org", Having("bob@example.org")));
        Assert.Equal(
            "line 1: a@example.org is there already, in the settings", FaultsOf(options, "a@example.org: bob"));
    }

    [Fact]
    public void A_table_of_any_text_is_read_without_throwing() =>
        Gen.Frequency((6, Gen.Char['a', 'e']), (6, Gen.Int[0, Signs.Length - 1].Select(i => Signs[i])), (1, Gen.Char))
            .Array[0, 60].Sample(
                characters =>
                {
                    var (entries, _) = AliasTable.Read(new string(characters));
                    AddressBook.Make(Options with { Domains = ["*"] }, entries);
                },
                iter: 20_000);

    [Theory]
    [InlineData("example.net example.org", true)]
    [InlineData(" *.example.org   example.org ", true)]
    [InlineData("b\u00FCcher.example xn--bcher-kva.example", true)]
    [InlineData("[192.0.2.1] example.org", true)]
    [InlineData("*.[192.0.2.1] example.org", false)]
    [InlineData("* example.org", false)]
    [InlineData("*example.org example.org", false)]
    [InlineData("example.net *.example.org", false)]
    [InlineData("example.net", false)]
    [InlineData("a.example b.example c.example", false)]
    [InlineData("a.example. b.example", false)]
    public void Another_name_of_a_domain_is_two_domains(string text, bool isOne) =>
        Assert.Equal(isOne, DomainAlias.TryParse(text, out _));
}
