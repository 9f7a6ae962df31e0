using System.Globalization;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Addresses;
using ActorMail.Tests;
using CsCheck;
using static ActorMail.Storage.Tests.Addresses.Books;

namespace ActorMail.Storage.Tests.Addresses;

public sealed class AddressBookTests
{
    private static readonly KnownAccounts Known =
        Having("zoe@example.org", "ann@example.org", "bob@example.org", "b+c@example.org", "carl@example.com");

    private static readonly AddressBook Book = Of(
        Options,
        "sales@example.org: ann@example.org, bob@example.org",
        "all@example.org: sales@example.org, carl@example.com, ann@example.org",
        "ann@example.org: ann@example.org, bob@example.org",
        "list+x@example.org: carl@example.com",
        "list@example.org: bob+list@example.org",
        "gone@example.org: nobody@example.org",
        "half@example.org: nobody@example.org, bob@example.org",
        "everywhere: bob@example.org",
        "everywhere@example.com: carl@example.com",
        "@example.com: carl@example.com",
        "j\u00F6rg@example.org: bob",
        "desk@b\u00FCcher.example: bob");

    [Theory]
    [Requirement("R5321-3.9-a", "R1", "N3")]
    [InlineData("bob@example.org", "Account bob@example.org")]
    [InlineData("BOB@Example.ORG", "Account bob@example.org")]
    [InlineData("\"bob\"@example.org", "Account bob@example.org")]
    [InlineData("\"b\\ob\"@example.org", "Account bob@example.org")]
    [InlineData("sales@example.org", "Alias ann@example.org bob@example.org")]
    [InlineData("SALES@example.org", "Alias ann@example.org bob@example.org")]
    [InlineData("\"sales\"@example.org", "Alias ann@example.org bob@example.org")]
    [InlineData("all@example.org", "Alias ann@example.org bob@example.org carl@example.com")]
    [InlineData("ann@example.org", "Alias ann@example.org bob@example.org")]
    [InlineData("everywhere@example.org", "Alias bob@example.org")]
    [InlineData("everywhere@example.com", "Alias carl@example.com")]
    [InlineData("everywhere@XN--BCHER-KVA.example", "Alias bob@example.org")]
    [InlineData("J\u00D6RG@example.org", "Alias bob@example.org")]
    [InlineData("desk@xn--bcher-kva.example", "Alias bob@example.org")]
    [InlineData("desk@BU\u0308CHER.example", "Alias bob@example.org")]
    [InlineData("gone@example.org", "Unknown")]
    [InlineData("half@example.org", "Alias bob@example.org")]
    [InlineData("anybody@example.com", "CatchAll carl@example.com")]
    [InlineData("nobody@example.org", "Unknown")]
    [InlineData("bo@example.org", "Unknown")]
    [InlineData("bob2@example.org", "Unknown")]
    [InlineData("bob%example.org@example.org", "Unknown")]
    [InlineData("example.org!bob@example.org", "Unknown")]
    [InlineData("bob", "Unknown")]
    [InlineData("bob@example", "NotLocal")]
    [InlineData("bob@evil-example.org", "NotLocal")]
    [InlineData("bob@example.org.evil.example", "NotLocal")]
    [InlineData("\"bob@example.org\"@evil.example", "NotLocal")]
    [InlineData("bob@[127.0.0.1]", "NotLocal")]
    public void An_address_leads_to_its_alias_or_to_its_account(string address, string match) =>
        Assert.Equal(match, Book.Find(address, Known));

    [Theory]
    [Requirement("N3")]
    [InlineData("bob+news@example.org", "Account bob@example.org (news)")]
    [InlineData("bob+a+b@example.org", "Account bob@example.org (a+b)")]
    [InlineData("bob+@example.org", "Account bob@example.org")]
    [InlineData("\"bob+ \"@example.org", "Account bob@example.org ( )")]
    [InlineData("b+c@example.org", "Account b+c@example.org")]
    [InlineData("b+c+d@example.org", "Account b+c@example.org (d)")]
    [InlineData("sales+x@example.org", "Alias ann@example.org bob@example.org (x)")]
    [InlineData("list+x@example.org", "Alias carl@example.com")]
    [InlineData("list+y@example.org", "Alias bob@example.org (y)")]
    [InlineData("+bob@example.org", "Unknown")]
    [InlineData("+@example.org", "Unknown")]
    [InlineData("nobody+x@example.org", "Unknown")]
    [InlineData("bob-news@example.org", "Unknown")]
    public void A_detail_is_left_out_where_nobody_has_it_in_his_name(string address, string match) =>
        Assert.Equal(match, Book.Find(address, Known));

    [Theory]
    [Requirement("R1")]
    [InlineData("bob@example.net", "Account bob@example.org")]
    [InlineData("sales+x@EXAMPLE.net", "Alias ann@example.org bob@example.org (x)")]
    [InlineData("bob@any.example.org", "Account bob@example.org")]
    [InlineData("bob@a.any.example.org", "Account bob@example.org")]
    [InlineData("carl@x.b.example.org", "Account carl@example.com")]
    [InlineData("bob@b.example.org", "Account bob@example.org")]
    [InlineData("bob@any.example.net", "NotLocal")]
    [InlineData("bob@badexample.org", "NotLocal")]
    [InlineData("bob@example.org.example.com", "NotLocal")]
    public void Another_name_of_a_domain_is_that_domain(string address, string match) =>
        Assert.Equal(match, Book.Find(address, Known));

    [Fact]
    public void A_domain_that_is_listed_is_not_one_below_another() =>
        Assert.Equal(
            "Unknown",
            Of(Options with { Domains = ["example.org", "any.example.org"] }).Find("bob@any.example.org", Known));

    [Theory]
    [Requirement("S6")]
    [InlineData("postmaster")]
    [InlineData("Postmaster@example.org")]
    [InlineData("postmaster@example.com")]
    [InlineData("postmaster@example.net")]
    [InlineData("abuse@example.org")]
    [InlineData("ABUSE@example.com")]
    public void Postmaster_and_abuse_are_always_reached(string address)
    {
        // Nobody is there but accounts, then nobody at all.
        Assert.Equal("Duty zoe@example.org", Book.Find(address, Known));
        Assert.Equal("Duty postmaster@example.org", Book.Find(address, Having()));
        // The postmaster of the default domain, as an account or as an alias.
        var accounts = Having("bob@example.org", "postmaster@example.org");
        Assert.EndsWith(" postmaster@example.org", Book.Find(address, accounts), StringComparison.Ordinal);
        Assert.EndsWith(
            " bob@example.org",
            Of(Options, "postmaster@example.org: bob").Find(address, Having("ann@example.org", "bob@example.org")),
            StringComparison.Ordinal);
        // An alias to somebody who has left.
        Assert.Equal(
            "Duty ann@example.org",
            Of(Options, "postmaster: gone", "abuse: gone").Find(address, Having("ann@example.org")));
    }

    [Fact]
    [Requirement("S6")]
    public void Abuse_of_a_domain_goes_to_the_nearest_who_minds()
    {
        string[] accounts = ["zoe@example.org"];
        foreach (var next in new[]
            { "postmaster@example.org", "postmaster@example.com", "abuse@example.org", "abuse@example.com" })
        {
            accounts = [.. accounts, next];
            var match = Of(Options).Find("abuse@example.com", Having(accounts));
            Assert.EndsWith(" " + next, match, StringComparison.Ordinal);
        }

        // A target that has no account of its own is reached in the same way.
        Assert.Equal("Alias zoe@example.org", Of(Options, "hostmaster: postmaster").Find(
            "hostmaster@example.com", Having("zoe@example.org")));
    }

    [Fact]
    [Requirement("S6")]
    public void A_postmaster_that_is_an_alias_of_himself_ends_somewhere() =>
        Assert.Equal(
            "Duty zoe@example.org",
            Of(Options, "postmaster@example.org: postmaster@example.org").Find(
                "abuse@example.org", Having("zoe@example.org")));

    [Fact]
    public void While_accounts_cannot_be_read_nobody_takes_the_postmasters_place() =>
        Assert.Equal(
            "Unknown",
            Of(Options).Find("postmaster", new KnownAccounts(_ => false, First: null, IsComplete: false)));

    [Theory]
    [InlineData("anybody@example.org", "Account anybody@example.org")]
    [InlineData("sales@example.org", "Alias ann@example.org bob@example.org")]
    [InlineData("postmaster@example.com", "Account postmaster@example.com")]
    [InlineData("anybody@example.com", "Account anybody@example.com")]
    [InlineData("gone@example.org", "Alias nobody@example.org")]
    [InlineData("bob+news@example.org", "Account bob@example.org (news)")]
    [InlineData("list@example.org", "Alias bob@example.org")]
    [InlineData("bob@example.net", "Account bob@example.org")]
    [InlineData("bob@evil.example", "NotLocal")]
    public void In_open_mode_every_address_is_a_mailbox(string address, string match) =>
        Assert.Equal(match, Book.Find(address, accounts: null));

    [Fact]
    public void Without_a_delimiter_a_detail_is_a_part_of_the_name()
    {
        var book = Of(Options with { Delimiter = "" }, "sales: bob+list@example.org");

        Assert.Equal("Account bob+1@example.org", book.Find("bob+1@example.org", accounts: null));
        Assert.Equal("Unknown", book.Find("bob+1@example.org", Known));
        Assert.Equal("Alias bob+list@example.org", book.Find("sales@example.org", accounts: null));
        Assert.Equal("Unknown", book.Find("sales@example.org", Known));
        Assert.Equal(
            "Account bob@example.org (1)", Of(Options with { Delimiter = "-" }).Find("bob-1@example.org", Known));
    }

    [Fact]
    public void In_the_basic_profile_a_name_without_a_domain_stays_what_it_is()
    {
        var book = Of(Options with { IsBasic = true }, "bob: ann@example.org", "ann@example.org: carl");

        Assert.Equal("Account bob", book.Find("Bob", accounts: null));
        Assert.Equal("Account bob+x", book.Find("bob+x", accounts: null));
        Assert.Equal("Account bob", book.Find("bob", Having("bob")));
        Assert.Equal("Unknown", book.Find("bob+x", Having("bob")));
        Assert.Equal("Alias carl", book.Find("ann@example.org", accounts: null));
    }

    [Theory]
    [Requirement("R6409-6.1-a")]
    [InlineData("bob@example.org", true)]
    [InlineData("sales@example.org", true)]
    [InlineData("all@example.org", true)]
    [InlineData("bob+x@example.org", true)]
    [InlineData("bob@example.net", true)]
    [InlineData("zoe@example.org", false)]
    [InlineData("b+c@example.org", false)]
    [InlineData("b+c+bob@example.org", false)]
    [InlineData("carl@example.com", false)]
    [InlineData("nobody@example.org", false)]
    [InlineData("bob@evil.example", false)]
    [InlineData("list+x@example.org", false)]
    public void Somebodys_addresses_are_those_that_lead_to_him(string address, bool isHis) =>
        Assert.Equal(isHis, Book.LeadsTo(Address(address), Mailbox("bob@example.org"), Known));

    [Fact]
    [Requirement("R6409-6.1-a")]
    public void What_comes_by_a_catch_all_or_by_a_postmasters_duty_is_not_somebodys_address()
    {
        Assert.Equal("CatchAll carl@example.com", Book.Find("anybody@example.com", Known));
        Assert.False(Book.LeadsTo(Address("anybody@example.com"), Mailbox("carl@example.com"), Known));
        Assert.False(Book.LeadsTo(Address("postmaster@example.org"), Mailbox("zoe@example.org"), Known));
    }

    [Fact]
    [Requirement("N3", "R1")]
    public void No_address_leads_into_a_mailbox_of_a_strange_name() =>
        Gen.Char[' ', '~'].Array[1, 12].Select(it => new string(it)).Sample(
            local =>
            {
                var match = Book.Find(new MailAddress(local, "example.org"), Known);
                Assert.All(match.Targets, target => Assert.True(Known.Contains(target.Mailbox)));
                Assert.Equal(match.Targets.IsEmpty, match.Kind is AddressMatchKind.Unknown);
            },
            iter: 20_000);

    [Fact]
    public void Ten_thousand_aliases_are_found_as_one_is()
    {
        var aliases = Enumerable.Range(0, 10_000).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"a{i}@example.org: {(i < 9_999 ? $"a{i + 1}@example.org" : "bob")}, ann"));
        var book = Of(Options, [.. aliases]);

        Assert.Equal(10_000, book.AliasCount);
        Assert.Equal("Alias bob@example.org ann@example.org", book.Find("a0@example.org", Known));
    }
}
