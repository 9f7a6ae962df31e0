using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Tests.Auth;
using ActorMail.Protocols.Mail;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Mailboxes;

public sealed class RecipientResolverActorSpecs(ITestOutputHelper output)
    : TestKit("akka.test.single-expect-default = 20s", output: output)
{
    private readonly AccountsFixture _accounts = new();
    private readonly AddressDirectory _directory = new();

    private static RecipientOptions Everyone => new() { DefaultDomain = "example.org" };

    private static RecipientOptions Ours =>
        Everyone with { Domains = ["example.org", "mail.example.net", "[192.0.2.1]", "xn--bcher-kva.example"] };

    [Theory]
    [InlineData("bob@example.org", "bob@example.org")]
    [InlineData("Bob@EXAMPLE.org", "bob@example.org")]
    [InlineData("bob@mail.example.net", "bob@mail.example.net")]
    [InlineData("bob@[192.0.2.1]", "bob@%5B192.0.2.1%5D")]
    [InlineData("bob@B\u00dccher.example", "bob@xn--bcher-kva.example")]
    [InlineData("J\u00d6rg@xn--bcher-KVA.example", "j\u00f6rg@xn--bcher-kva.example")]
    [InlineData("\"a@evil.example\"@example.org", "a%40evil.example@example.org")]
    [Requirement("R1", "R5321-2.4-a")]
    public void Resolver_should_take_mail_for_its_domains_in_any_case(string recipient, string mailbox) =>
        AssertResolved(Ours, recipient, mailbox);

    [Fact]
    [Requirement("R1")]
    public void Resolver_should_take_no_mail_for_any_other_domain()
    {
        string[] recipients =
        [
            "bob@example.com", "bob@evil-example.org", "bob@sub.example.org", "bob@example.org.evil.example",
            "bob@example", "bob@org", "bob@example.net", "\"bob@example.org\"@evil.example",
            "bob%example.org@evil.example", "example.org!bob@evil.example", "bob@[127.0.0.1]", "bob@[192.0.2.10]",
            "bob@[IPv6:::1]", "postmaster@evil.example",
        ];
        foreach (var options in (RecipientOptions[])[Ours, WithAccounts(Ours, recipients)])
        {
            var resolver = Start(options);
            foreach (var recipient in recipients)
                Assert.Equal(new RecipientProtocol.RecipientNotLocal(Address(recipient)), Ask(resolver, recipient));
        }
    }

    [Fact]
    [Requirement("R1")]
    public void A_name_of_a_domain_is_no_pattern() =>
        Assert.IsType<RecipientProtocol.RecipientNotLocal>(
            Resolve(Everyone with { Domains = ["*.example.org"] }, "bob@sub.example.org"));

    [Theory]
    [InlineData("bob@any.example", "bob@any.example")]
    [InlineData("bob@[127.0.0.1]", "bob@%5B127.0.0.1%5D")]
    [InlineData("bob@[IPv6:::1]", "bob@%5BIPv6%3A%3A%3A1%5D")]
    public void Resolver_should_take_mail_for_every_domain_when_told_so(string recipient, string mailbox) =>
        AssertResolved(Everyone, recipient, mailbox, ignoreCase: true);

    [Theory]
    [InlineData("postmaster")]
    [InlineData("Postmaster")]
    [InlineData("POSTMASTER")]
    [Requirement("S6")]
    public void Resolver_should_give_postmaster_the_default_domain(string recipient)
    {
        AssertResolved(Ours, recipient, "postmaster@example.org");
        AssertResolved(Ours with { IsBasic = true }, recipient, "postmaster");
    }

    [Fact]
    public void Resolver_should_know_a_bare_name_in_the_basic_profile_only()
    {
        AssertResolved(Ours with { IsBasic = true }, "Bob", "bob");
        Assert.Equal(new RecipientProtocol.RecipientUnknown(Address("bob")), Resolve(Ours, "bob"));
        Assert.Equal(new RecipientProtocol.RecipientUnknown(Address("bob")), Resolve(Everyone, "bob"));
    }

    [Fact]
    [Requirement("N3")]
    public void Resolver_should_not_know_a_name_that_is_too_long_for_a_file() =>
        Assert.IsType<RecipientProtocol.RecipientUnknown>(Resolve(Everyone, new string('!', 64) + "@example.org"));

    [Theory]
    [InlineData("bob@example.org", "bob@example.org")]
    [InlineData("BOB@Example.org", "bob@example.org")]
    [Requirement("R2", "N3")]
    public void Resolver_should_know_an_account_by_every_spelling(string recipient, string mailbox) =>
        AssertResolved(WithAccounts(Ours, "Bob@example.org"), recipient, mailbox);

    [Fact]
    [Requirement("R2", "N3")]
    public void Resolver_should_not_know_who_has_no_account()
    {
        string[] recipients =
        [
            "bob2@example.org", "bo@example.org", "*@example.org", "b?b@example.org", "bob%@example.org",
            "bob@mail.example.net", "\"../bob\"@example.org", "\"x/../bob\"@example.org", "bob+x@example.org",
        ];
        var resolver = Start(WithAccounts(Ours, "bob@example.org"));
        foreach (var recipient in recipients)
            Assert.Equal(new RecipientProtocol.RecipientUnknown(Address(recipient)), Ask(resolver, recipient));
    }

    [Theory]
    [InlineData("postmaster", "postmaster@example.org")]
    [InlineData("postmaster@example.org", "postmaster@example.org")]
    [InlineData("Postmaster@mail.example.net", "postmaster@mail.example.net")]
    [InlineData("postmaster@[192.0.2.1]", "postmaster@example.org")]
    [Requirement("S6")]
    public void Resolver_should_give_postmasters_mail_to_the_nearest_postmaster(string recipient, string mailbox) =>
        AssertResolved(
            WithAccounts(Ours, "ann@example.org", "postmaster@example.org", "postmaster@mail.example.net"),
            recipient, mailbox);

    [Theory]
    [InlineData("postmaster")]
    [InlineData("POSTMASTER@example.org")]
    [InlineData("postmaster@mail.example.net")]
    [Requirement("S6")]
    public void Resolver_should_give_the_mail_of_a_missing_postmaster_to_the_first_account(string recipient) =>
        AssertResolved(WithAccounts(Ours, "zoe@example.org", "ann@example.org"), recipient, "zoe@example.org");

    [Fact]
    [Requirement("S6")]
    public void Resolver_should_give_postmaster_a_mailbox_even_when_there_is_no_account() =>
        AssertResolved(WithAccounts(Ours), "postmaster", "postmaster@example.org");

    [Fact]
    public void Resolver_should_see_a_change_of_the_accounts()
    {
        var resolver = Start(WithAccounts(Ours, "bob@example.org"));
        Assert.IsType<RecipientProtocol.RecipientResolved>(Ask(resolver, "bob@example.org"));
        Assert.IsType<RecipientProtocol.RecipientUnknown>(Ask(resolver, "eve@example.org"));

        _accounts.Write("eve@example.org");
        Assert.IsType<RecipientProtocol.RecipientUnknown>(Ask(resolver, "bob@example.org"));
        Assert.IsType<RecipientProtocol.RecipientResolved>(Ask(resolver, "eve@example.org"));
    }

    [Fact]
    [Requirement("R2")]
    public void Resolver_should_put_off_whom_it_does_not_know_while_the_accounts_cannot_be_read()
    {
        var resolver = Start(Ours with { AccountsFile = _accounts.FilePath });
        Assert.IsType<RecipientProtocol.RecipientNotResolved>(Ask(resolver, "bob@example.org"));
        Assert.IsType<RecipientProtocol.RecipientNotLocal>(Ask(resolver, "bob@evil.example"));

        _accounts.Write("bob@example.org");
        Assert.IsType<RecipientProtocol.RecipientResolved>(Ask(resolver, "bob@example.org"));

        _accounts.WriteText("# actormail accounts 1\neve\0\n");
        Assert.IsType<RecipientProtocol.RecipientResolved>(Ask(resolver, "bob@example.org"));
        Assert.IsType<RecipientProtocol.RecipientNotResolved>(Ask(resolver, "eve@example.org"));
    }

    [Fact]
    public void Resolver_should_know_an_account_without_a_domain_in_the_basic_profile()
    {
        var options = WithAccounts(Ours with { IsBasic = true }, "bob");
        AssertResolved(options, "Bob", "bob");
        Assert.IsType<RecipientProtocol.RecipientUnknown>(Resolve(options, "eve"));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _accounts.Dispose();
    }

    private static MailAddress Address(string text) =>
        MailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    private RecipientOptions WithAccounts(RecipientOptions options, params string[] accounts)
    {
        _accounts.Write(accounts);
        return options with { AccountsFile = _accounts.FilePath };
    }

    private void AssertResolved(RecipientOptions options, string recipient, string mailbox, bool ignoreCase = false)
    {
        var resolved = Assert.IsType<RecipientProtocol.RecipientResolved>(Resolve(options, recipient));
        Assert.Equal(Address(recipient), resolved.Address);
        Assert.Equal(mailbox, Assert.Single<MailboxName>(resolved.Mailboxes).Value, ignoreCase);
    }

    private object Resolve(RecipientOptions options, string recipient) => Ask(Start(options), recipient);

    private object Ask(IActorRef resolver, string recipient)
    {
        resolver.Tell(new RecipientProtocol.ResolveRecipient(Address(recipient)), TestActor);
        return ExpectMsg<object>();
    }

    private IActorRef Start(RecipientOptions options) =>
        Sys.ActorOf(RecipientResolverActor.CreateProps(options, _directory, quotas: null, TimeProvider.System));
}
