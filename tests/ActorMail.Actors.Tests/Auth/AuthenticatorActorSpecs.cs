using ActorMail.Actors.Auth;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Accounts;
using ActorMail.Tests;
using Akka.TestKit;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Auth;

public sealed class AuthenticatorActorSpecs(ITestOutputHelper output) : AuthenticatorSpec(output)
{
    [Theory]
    [InlineData("bob@example.org", "x", "bob@example.org")]
    [InlineData("Bob@Other.Example", "", "bob@other.example")]
    [InlineData("bob", "x", "bob@example.org")]
    [InlineData("postmaster@[127.0.0.1]", "x", "postmaster@%5B127.0.0.1%5D")]
    public void Authenticator_should_open_any_mailbox_to_any_password_in_open_mode(
        string user, string password, string mailbox)
    {
        var authenticator = Start(new AuthOptions { IsOpen = true, DefaultDomain = "example.org" });
        ExpectMailbox(Ask(authenticator, Login(user, password)), mailbox);
    }

    [Fact]
    public void Authenticator_should_take_a_bare_name_for_a_mailbox_where_there_is_no_default_domain() =>
        ExpectMailbox(Ask(Start(new AuthOptions { IsOpen = true }), Login("bob", "x")), "bob");

    [Fact]
    [Requirement("A5", "N2")]
    public void Authenticator_should_refuse_what_is_no_address_even_in_open_mode()
    {
        string[] users =
            ["", "..", "../x@example.org", "bob\0@example.org", "bob@", "bob@example.org ", "bob@a\u3002example"];
        var authenticator = Start(new AuthOptions { IsOpen = true, FailureDelay = TimeSpan.Zero });
        foreach (var user in users)
            Ask(authenticator, Login(user, "x")).ExpectMsg<AuthProtocol.LoginRefused>();
    }

    [Theory]
    [InlineData("bob@example.org")]
    [InlineData("BOB@Example.ORG")]
    [InlineData("bob")]
    [InlineData("\"bob\"@example.org")]
    [Requirement("N3")]
    public void Authenticator_should_know_one_account_by_every_spelling(string user)
    {
        Accounts.Write("Bob@example.org");
        ExpectMailbox(Ask(Start(FileMode), Login(user, "right")), "bob@example.org");
    }

    [Theory]
    [InlineData("bob@example.org", "wrong")]
    [InlineData("bob@example.org", "")]
    [InlineData("bob@example.org", "right\0")]
    [InlineData("bob2@example.org", "right")]
    [InlineData("bo@example.org", "right")]
    [InlineData("*@example.org", "right")]
    [InlineData("bob%", "right")]
    [InlineData("bob@other.example", "right")]
    [InlineData("${user}", "right")]
    [InlineData("'\"", "right")]
    [InlineData("", "right")]
    [Requirement("A2", "A5", "N3")]
    public void Authenticator_should_refuse_all_else_with_the_same_answer_after_the_same_time_and_work(
        string user, string password)
    {
        Accounts.Write("bob@example.org");
        var hashes = new List<string>();
        var authenticator = Start(FileMode, (given, hash) =>
        {
            hashes.Add(hash);
            return Task.FromResult(given.Value == "right" && hash != PasswordHasher.Dummy);
        });

        var session = Ask(authenticator, Login(user, password));
        Settle(authenticator);
        Clock.Advance(FailureDelay - TimeSpan.FromMilliseconds(1));
        Assert.False(IsAnswered(session));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        session.ExpectMsg(AuthProtocol.LoginRefused.Instance);
        Assert.Single(hashes);
    }

    [Theory]
    [InlineData("bob", null, "bob@example.org", true)]
    [InlineData("bob", "", "bob@example.org", true)]
    [InlineData("bob", "BOB@example.org", "bob@example.org", true)]
    [InlineData("bob", "eve", "bob@example.org", false)]
    [InlineData("bob", "..", "bob@example.org", false)]
    [InlineData("nobody", "nobody", "bob@example.org", false)]
    [InlineData("..", "..", "bob@example.org", false)]
    [Requirement("A7", "A2")]
    public void Authenticator_should_open_no_mailbox_but_the_users_own(
        string user, string? wanted, string mailbox, bool isOpened)
    {
        Accounts.Write("bob@example.org", "eve@example.org");
        var hashes = new List<string>();
        var authenticator = Start(FileMode with { FailureDelay = TimeSpan.Zero }, (given, hash) =>
        {
            hashes.Add(hash);
            return Task.FromResult(given.Value == "right" && hash != PasswordHasher.Dummy);
        });

        for (var n = 0; n < 2; n++)
        {
            var session = Ask(authenticator, Login(user, "right") with { AuthorizationId = wanted });
            if (isOpened)
                ExpectMailbox(session, mailbox);
            else
                session.ExpectMsg<AuthProtocol.LoginRefused>();
        }

        Assert.Equal(isOpened ? 1 : 2, hashes.Count);
    }

    [Fact]
    [Requirement("A7")]
    public void Authenticator_should_open_no_mailbox_but_the_users_own_in_open_mode_either()
    {
        var options = new AuthOptions { IsOpen = true, DefaultDomain = "example.org", FailureDelay = TimeSpan.Zero };
        var authenticator = Start(options);
        Ask(authenticator, Login("bob", "x") with { AuthorizationId = "eve" }).ExpectMsg<AuthProtocol.LoginRefused>();
        Ask(authenticator, Login("bob", "x") with { AuthorizationId = "bob" }).ExpectMsg<AuthProtocol.LoginAccepted>();
    }

    [Fact]
    [Requirement("A2")]
    public void Authenticator_should_take_a_disabled_account_for_an_unknown_one()
    {
        Accounts.Write("bob@example.org");
        var hashes = new List<string>();
        var authenticator = Start(FileMode with { FailureDelay = TimeSpan.Zero }, (_, hash) =>
        {
            hashes.Add(hash);
            return Task.FromResult(hash != PasswordHasher.Dummy);
        });
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();

        Assert.True(MailAddress.TryParse("bob@example.org", out var bob));
        var accounts = new AccountFile(Accounts.FilePath, TimeProvider.System);
        accounts.SetDisabled(bob, isDisabled: true);
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginRefused>();
        Assert.Equal(PasswordHasher.Dummy, hashes[^1]);

        accounts.SetDisabled(bob, isDisabled: false);
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
    }

    [Fact]
    public void Authenticator_should_say_so_and_go_on_when_the_secret_of_salts_cannot_be_kept()
    {
        Accounts.Write("bob@example.org");
        File.WriteAllText(Accounts.FilePath + ".salt", "rubbish");
        EventFilter.Warning(contains: "SCRAM makes up salts").ExpectOne(() =>
            Ask(Start(FileMode), Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>());
    }

    [Fact]
    [Requirement("A5")]
    public void Authenticator_should_take_20_kB_for_a_wrong_user_or_password()
    {
        Accounts.Write("bob@example.org");
        var authenticator = Start(FileMode);
        var long20K = new string('x', 20_000);
        var sessions = new[] { Ask(authenticator, Login(long20K, "right")), Ask(authenticator, Login("bob", long20K)) };
        Settle(authenticator);
        Clock.Advance(FailureDelay);
        Assert.All(sessions, session => session.ExpectMsg<AuthProtocol.LoginRefused>());
    }

    [Fact]
    [Requirement("A1")]
    public void Authenticator_should_check_real_hashes()
    {
        Assert.True(MailAddress.TryParse("bob@example.org", out var bob));
        new AccountFile(Accounts.FilePath, TimeProvider.System).Add(bob, new Secret("a b  c"));
        var options = FileMode with { FailureDelay = TimeSpan.Zero };
        var authenticator = Sys.ActorOf(AuthenticatorActor.CreateProps(options, TimeProvider.System));

        Ask(authenticator, Login("bob", "a b c")).ExpectMsg<AuthProtocol.LoginRefused>();
        Ask(authenticator, Login("eve", "a b  c")).ExpectMsg<AuthProtocol.LoginRefused>();
        Ask(authenticator, Login("bob", "a b  c")).ExpectMsg<AuthProtocol.LoginAccepted>();
    }

    [Fact]
    public void Authenticator_should_see_a_change_of_the_accounts()
    {
        Accounts.Write("bob@example.org");
        var authenticator = Start(FileMode with { FailureDelay = TimeSpan.Zero });
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
        Ask(authenticator, Login("eve", "right")).ExpectMsg<AuthProtocol.LoginRefused>();

        Accounts.Write("eve@example.org");
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginRefused>();
        Ask(authenticator, Login("eve", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
    }

    [Fact]
    public void Authenticator_should_go_on_with_the_old_accounts_when_the_file_is_broken()
    {
        Accounts.Write("bob@example.org");
        var authenticator = Start(FileMode);
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();

        Accounts.WriteText("# actormail accounts 1\nbob@example.org secret\n");
        EventFilter.Warning(contains: "line 2: expected key=value pairs").ExpectOne(() =>
        {
            Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
            Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
        });
    }

    [Fact]
    public void Authenticator_should_check_nobody_until_the_accounts_can_be_read()
    {
        var authenticator = Start(FileMode);
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginNotChecked>();

        Accounts.Write("bob@example.org");
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
    }

    [Fact]
    public void Authenticator_should_compute_no_hash_for_a_password_that_was_right_before()
    {
        Accounts.Write("bob@example.org", "eve@example.org");
        var checks = 0;
        var authenticator = Start(FileMode with { FailureDelay = TimeSpan.Zero }, (password, _) =>
        {
            checks++;
            return Task.FromResult(password.Value == "right");
        });

        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
        ExpectMailbox(Ask(authenticator, Login("BOB", "right")), "bob@example.org");
        Assert.Equal(1, checks);

        Ask(authenticator, Login("bob", "wrong")).ExpectMsg<AuthProtocol.LoginRefused>();
        Ask(authenticator, Login("eve", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
        Assert.Equal(3, checks);

        Accounts.Write("bob@example.org 1", "eve@example.org");
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
        Assert.Equal(4, checks);
    }

    [Fact]
    public void Authenticator_should_say_that_nobody_was_checked_when_a_hash_fails_and_go_on()
    {
        Accounts.Write("bob@example.org");
        var isBroken = true;
        var authenticator = Start(FileMode with { MaxConcurrentHashes = 1 }, (_, _) =>
            isBroken ? Task.FromException<bool>(new InsufficientMemoryException()) : Task.FromResult(true));

        EventFilter.Exception<InsufficientMemoryException>().ExpectOne(() =>
            Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginNotChecked>());
        isBroken = false;
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
    }

    private static void ExpectMailbox(TestProbe session, string mailbox) =>
        Assert.Equal(mailbox, session.ExpectMsg<AuthProtocol.LoginAccepted>().Identity.Mailbox.Value);
}
