using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Tests.Auth;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Addresses;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Mailboxes;

public sealed class RecipientAliasSpecs(ITestOutputHelper output)
    : TestKit("akka.test.single-expect-default = 20s", output: output)
{
    private readonly AccountsFixture _accounts = new();
    private readonly AddressDirectory _directory = new();
    private readonly string _table = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());

    [Fact]
    [Requirement("R5321-3.9-a", "S13")]
    public void Resolver_should_give_every_mailbox_of_an_alias_once()
    {
        var resolver = Start("sales: ann, bob, all", "all: bob@example.net, ann+x, carl");

        var resolved = Assert.IsType<RecipientProtocol.RecipientResolved>(Resolve(resolver, "Sales+x@example.org"));
        Assert.Equal(Address("Sales+x@example.org"), resolved.Address);
        Assert.Equal(
            ["ann@example.org", "bob@example.org", "carl@example.org"], resolved.Mailboxes.Select(it => it.Value));
    }

    [Fact]
    [Requirement("R5321-3.9-a")]
    public void Resolver_should_tell_what_an_address_stands_for()
    {
        var resolver = Start("sales: ann, bob+x", "@example.com: carl");

        AssertExpanded(resolver, "sales@example.org", isAlias: true, "ann@example.org", "bob@example.org");
        AssertExpanded(resolver, "bob+x@example.net", isAlias: false, "bob@example.org");
        AssertExpanded(resolver, "anybody@example.com", isAlias: false, "carl@example.org");
        Assert.Equal(new RecipientProtocol.RecipientUnknown(Address("eve@example.org")), Expand("eve@example.org"));
        Assert.Equal(new RecipientProtocol.RecipientNotLocal(Address("eve@evil.example")), Expand("eve@evil.example"));

        object Expand(string address) => Ask(resolver, new RecipientProtocol.ExpandAddress(Address(address)));
    }

    [Fact]
    public void Resolver_should_see_a_change_of_the_aliases_and_keep_them_when_they_break()
    {
        var resolver = Start("sales: ann");
        AssertMailbox(resolver, "sales@example.org", "ann@example.org");
        Assert.IsType<RecipientProtocol.RecipientUnknown>(Resolve(resolver, "desk@example.org"));

        Write("sales: bob", "desk: a b");
        AssertMailbox(resolver, "sales@example.org", "ann@example.org");
        AssertMailbox(resolver, "ann@example.org", "ann@example.org");
        // He may be in the table that cannot be understood.
        Assert.Equal(
            new RecipientProtocol.RecipientNotResolved(Address("desk@example.org")),
            Resolve(resolver, "desk@example.org"));
        Assert.IsType<RecipientProtocol.RecipientNotLocal>(Resolve(resolver, "desk@evil.example"));

        Write("sales: bob", "desk: carl");
        AssertMailbox(resolver, "sales@example.org", "bob@example.org");
        AssertMailbox(resolver, "desk@example.org", "carl@example.org");
    }

    [Theory]
    [InlineData("anybody@example.com")]
    [InlineData("postmaster@example.org")]
    public void Resolver_should_give_nobody_elses_mail_away_while_the_aliases_are_broken(string address)
    {
        var resolver = Start("@example.com: bob");
        Assert.IsType<RecipientProtocol.RecipientResolved>(Resolve(resolver, address));

        Write("@example.com: bob", "rubbish");

        // The new table may say who gets this.
        Assert.IsType<RecipientProtocol.RecipientNotResolved>(Resolve(resolver, address));
    }

    [Fact]
    public void Resolver_should_say_once_that_the_aliases_are_broken() =>
        EventFilter.Warning(contains: "The aliases cannot be used").ExpectOne(() =>
        {
            var resolver = Start("sales: ann");
            AssertMailbox(resolver, "sales@example.org", "ann@example.org");
            Write("rubbish");
            for (var i = 0; i < 3; i++)
                AssertMailbox(resolver, "sales@example.org", "ann@example.org");
        });

    [Fact]
    [Requirement("R6409-6.1-a")]
    public void Directory_should_know_whose_an_address_is_as_the_resolver_saw_it_last()
    {
        var (ann, bob) = (Mailbox("ann@example.org"), Mailbox("bob@example.org"));
        Assert.False(_directory.LeadsTo(Address("sales@example.org"), ann));

        var resolver = Start("sales: ann");
        AssertMailbox(resolver, "sales@example.org", "ann@example.org");
        Assert.True(_directory.LeadsTo(Address("Sales@example.org"), ann));
        Assert.False(_directory.LeadsTo(Address("sales@example.org"), bob));
        Assert.True(_directory.LeadsTo(Address("bob+x@example.net"), bob));

        Write("sales: bob");
        _accounts.Write("bob@example.org", "bob+x@example.org");
        AssertMailbox(resolver, "sales@example.org", "bob@example.org");
        Assert.True(_directory.LeadsTo(Address("sales@example.org"), bob));
        Assert.False(_directory.LeadsTo(Address("sales@example.org"), ann));
        Assert.False(_directory.LeadsTo(Address("bob+x@example.net"), bob));
    }

    [Fact]
    public void Resolver_should_tell_the_directory_before_anybody_asks_it()
    {
        var resolver = Start("sales: ann");
        resolver.Tell(new Identify(1), TestActor);
        ExpectMsg<ActorIdentity>();

        Assert.True(_directory.LeadsTo(Address("sales@example.org"), Mailbox("ann@example.org")));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _accounts.Dispose();
        File.Delete(_table);
    }

    private static MailAddress Address(string text) =>
        MailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    private static MailboxName Mailbox(string text) =>
        MailboxName.TryFrom(Address(text), out var name) ? name : throw new ArgumentException(text, nameof(text));

    private static DomainAlias Named(string text) =>
        DomainAlias.TryParse(text, out var alias) ? alias : throw new ArgumentException(text, nameof(text));

    /// <summary>Into its place at once, so that nobody sees half of it.</summary>
    private void Write(params string[] lines)
    {
        File.WriteAllLines(_table + ".new", lines);
        File.Move(_table + ".new", _table, overwrite: true);
    }

    private IActorRef Start(params string[] lines)
    {
        Write(lines);
        _accounts.Write("ann@example.org", "bob@example.org", "carl@example.org");
        var options = new RecipientOptions
        {
            Domains = ["example.org", "example.com"],
            DefaultDomain = "example.org",
            AccountsFile = _accounts.FilePath,
            Addresses = new AddressOptions
            {
                AliasFile = _table,
                Delimiter = "+",
                DomainAliases = [Named("example.net example.org")],
            },
        };
        return Sys.ActorOf(RecipientResolverActor.CreateProps(options, _directory, quotas: null, TimeProvider.System));
    }

    private void AssertMailbox(IActorRef resolver, string address, string mailbox)
    {
        var resolved = Assert.IsType<RecipientProtocol.RecipientResolved>(Resolve(resolver, address));
        Assert.Equal(mailbox, Assert.Single<MailboxName>(resolved.Mailboxes).Value);
    }

    private void AssertExpanded(IActorRef resolver, string address, bool isAlias, params string[] targets)
    {
        var expanded = Assert.IsType<RecipientProtocol.AddressExpanded>(
            Ask(resolver, new RecipientProtocol.ExpandAddress(Address(address))));
        Assert.Equal((Address(address), isAlias), (expanded.Address, expanded.IsAlias));
        Assert.Equal(targets, expanded.Targets.Select(target => target.ToString()));
    }

    private object Resolve(IActorRef resolver, string address) =>
        Ask(resolver, new RecipientProtocol.ResolveRecipient(Address(address)));

    private object Ask(IActorRef resolver, object question)
    {
        resolver.Tell(question, TestActor);
        return ExpectMsg<object>();
    }
}
