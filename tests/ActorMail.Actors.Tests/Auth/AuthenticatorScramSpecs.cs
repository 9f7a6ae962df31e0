using System.Collections.Immutable;
using ActorMail.Actors.Auth;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Storage.Accounts;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Auth;

/// <summary>Logins by SCRAM, and the keys that make them possible.</summary>
public sealed class AuthenticatorScramSpecs(ITestOutputHelper output) : AuthenticatorSpec(output)
{
    private static readonly MailAddress Bob = new("bob", "example.org");
    private static readonly ScramHash Sha256 = ScramHash.Sha256;

    public static TheoryData<string> Hashes => new(ScramHash.Sha256.Name, ScramHash.Sha1.Name);

    [Theory]
    [MemberData(nameof(Hashes))]
    public void Authenticator_should_take_a_right_proof_and_prove_itself(string name)
    {
        AddBob("right");
        var hash = name == Sha256.Name ? Sha256 : ScramHash.Sha1;
        var authenticator = Start(ScramMode);

        var salt = SaltOf(authenticator, "BOB", hash);
        var accepted = Ask(authenticator, Proof("BOB", hash, salt, "right"))
            .ExpectMsg<AuthProtocol.LoginAccepted>();
        Assert.Equal("bob@example.org", accepted.Identity.ToString());
        Assert.Equal(ScramClient.ServerSignature(hash, salt, "right"), accepted.ServerSignature.ToArray());
    }

    [Theory]
    [InlineData("bob", "wrong", null)]
    [InlineData("bob", "right", "eve@example.org")]
    [InlineData("bob", "right", "..")]
    [InlineData("eve", "right", null)]
    [InlineData("nobody", "right", null)]
    [InlineData("keyless", "right", null)]
    [InlineData("bob%", "right", null)]
    [InlineData("", "", null)]
    [Requirement("A2", "A3", "A5", "A7")]
    public void Authenticator_should_refuse_all_else_with_the_same_answer_after_the_same_time(
        string user, string password, string? authorizationId)
    {
        AddBob("right");
        AddOthers();
        var authenticator = Start(ScramMode);

        var salt = SaltOf(authenticator, user);
        var session = Ask(authenticator, Proof(user, Sha256, salt, password, authorizationId));
        Settle(authenticator);
        Clock.Advance(FailureDelay - TimeSpan.FromMilliseconds(1));
        Assert.False(IsAnswered(session));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        session.ExpectMsg(AuthProtocol.LoginRefused.Instance);
    }

    [Fact]
    [Requirement("A7")]
    public void Authenticator_should_take_the_users_own_mailbox_for_an_authorization_identity()
    {
        AddBob("right");
        var authenticator = Start(ScramMode);
        var salt = SaltOf(authenticator, "bob");
        foreach (var own in new[] { "bob", "", "BOB@example.org" })
        {
            Ask(authenticator, Proof("bob", Sha256, salt, "right", own)).ExpectMsg<AuthProtocol.LoginAccepted>();
        }
    }

    [Fact]
    [Requirement("A5")]
    public void Authenticator_should_refuse_a_proof_of_any_other_length()
    {
        AddBob("right");
        var authenticator = Start(ScramMode with { FailureDelay = TimeSpan.Zero });
        var right = Proof("bob", Sha256, SaltOf(authenticator, "bob"), "right");
        foreach (var length in new[] { 0, 1, 31, 33, 12_288 })
        {
            var octets = new byte[length];
            right.Proof.ClientProof.Span[..Math.Min(length, 32)].CopyTo(octets);
            var cut = right with { Proof = right.Proof with { ClientProof = octets } };
            Ask(authenticator, cut).ExpectMsg<AuthProtocol.LoginRefused>();
        }

        Ask(authenticator, right).ExpectMsg<AuthProtocol.LoginAccepted>();
    }

    [Fact]
    [Requirement("A2")]
    public void Authenticator_should_give_everybody_a_salt_that_stays_the_same()
    {
        AddBob("right");
        AddOthers();
        var (one, other) = (Start(ScramMode), Start(ScramMode));
        var seen = new HashSet<string>();
        foreach (var user in new[] { "bob", "eve", "nobody", "keyless", "no name at all" })
        {
            var salt = SaltOf(one, user);
            Assert.Equal(salt.Salt.ToArray(), SaltOf(other, user).Salt.ToArray());
            Assert.Equal((16, ScramKeys.MinIterations), (salt.Salt.Length, salt.Iterations));
            Assert.True(seen.Add(Convert.ToHexString(salt.Salt.Span)));
        }

        Assert.Equal(SaltOf(one, "nobody").Salt.ToArray(), SaltOf(one, "NOBODY@example.org").Salt.ToArray());
    }

    [Fact]
    [Requirement("A3")]
    public void Authenticator_should_count_proofs_as_it_counts_passwords()
    {
        AddBob("right");
        var authenticator = Start(ScramMode);
        var wrong = Proof("bob", Sha256, SaltOf(authenticator, "bob"), "wrong");
        for (var n = 0; n < 3; n++)
            Ask(authenticator, wrong);
        var fourth = Ask(authenticator, Login("bob", "wrong"));
        var fifth = Ask(authenticator, wrong);
        Settle(authenticator);

        Clock.Advance(FailureDelay);
        Assert.False(IsAnswered(fourth) || IsAnswered(fifth));
        Clock.Advance(FailureDelay);
        Assert.True(IsAnswered(fourth) && IsAnswered(fifth));
    }

    [Fact]
    [Requirement("R4954-6-b")]
    public void Authenticator_should_say_that_nobody_was_checked_while_the_accounts_cannot_be_read()
    {
        var authenticator = Start(ScramMode);
        Ask(authenticator, new AuthProtocol.FindSalt("bob", Sha256)).ExpectMsg<AuthProtocol.LoginNotChecked>();
        var salt = new ScramSalt(new byte[16], ScramKeys.MinIterations);
        Ask(authenticator, Proof("bob", Sha256, salt, "x")).ExpectMsg<AuthProtocol.LoginNotChecked>();
        Ask(authenticator, Login("bob", "x")).ExpectMsg<AuthProtocol.LoginNotChecked>();
    }

    [Fact]
    public void Authenticator_should_know_no_proof_in_open_mode()
    {
        var authenticator = Start(new AuthOptions { IsOpen = true, FailureDelay = TimeSpan.Zero });
        var salt = SaltOf(authenticator, "bob@example.org");
        Ask(authenticator, Proof("bob@example.org", Sha256, salt, "x")).ExpectMsg<AuthProtocol.LoginRefused>();
    }

    [Fact]
    public void Authenticator_should_make_keys_after_a_login_with_a_password_and_keep_the_salt_that_was_seen()
    {
        Accounts.Write("bob@example.org");
        var worker = CreateTestProbe();
        var authenticator = StartDeriving(ScramMode, worker);
        var salt = SaltOf(authenticator, "bob");
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();

        var derivation = worker.ExpectMsg<Derivation>();
        EventFilter.Debug(contains: "bob@example.org has keys for SCRAM now").ExpectOne(() => Finish(derivation));
        Assert.Equal(salt.Salt.ToArray(), SaltOf(authenticator, "bob").Salt.ToArray());
        Ask(authenticator, Proof("bob", Sha256, salt, "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
        Assert.False(worker.HasMessages);
    }

    [Fact]
    public void Authenticator_should_make_no_keys_where_scram_is_not_offered_or_the_login_failed_or_is_anothers()
    {
        Accounts.Write("bob@example.org");
        var worker = CreateTestProbe();
        var quick = ScramMode with { FailureDelay = TimeSpan.Zero };
        foreach (var (options, password, wanted) in new[]
        {
            (quick with { Mechanisms = ["PLAIN"] }, "right", null),
            (quick, "wrong", null),
            (quick, "right", "eve@example.org"),
        })
        {
            var authenticator = StartDeriving(options, worker);
            Ask(authenticator, Login("bob", password) with { AuthorizationId = wanted }).ReceiveOne();
            Settle(authenticator);
        }

        Assert.False(worker.HasMessages);
    }

    [Fact]
    [Requirement("A4")]
    public void Authenticator_should_count_the_making_of_keys_among_the_hashes_and_let_logins_go_first()
    {
        Accounts.Write("bob@example.org", "eve@example.org");
        var worker = CreateTestProbe();
        var slow = new TaskCompletionSource<bool>();
        var authenticator = StartDeriving(ScramMode with { MaxConcurrentHashes = 1 }, worker, password =>
            password.Value == "slow" ? slow.Task : Task.FromResult(true));
        var first = Ask(authenticator, Login("eve", "slow"));
        var second = Ask(authenticator, Login("bob", "right"));
        Settle(authenticator);
        slow.SetResult(true);
        first.ExpectMsg<AuthProtocol.LoginAccepted>();
        second.ExpectMsg<AuthProtocol.LoginAccepted>();

        var derivation = worker.ExpectMsg<Derivation>();
        var third = Ask(authenticator, Login("eve", "other"));
        Settle(authenticator);
        Assert.False(IsAnswered(third));
        Assert.False(worker.HasMessages);

        Finish(derivation);
        third.ExpectMsg<AuthProtocol.LoginAccepted>();
        worker.ExpectMsg<Derivation>();
    }

    [Fact]
    public void Authenticator_should_say_it_in_the_log_when_keys_cannot_be_made_and_go_on()
    {
        Accounts.Write("bob@example.org");
        var worker = CreateTestProbe();
        var authenticator = StartDeriving(ScramMode with { MaxConcurrentHashes = 1 }, worker);
        Ask(authenticator, Login("bob", "right")).ExpectMsg<AuthProtocol.LoginAccepted>();
        var derivation = worker.ExpectMsg<Derivation>();
        EventFilter.Warning(contains: "Keys for SCRAM of bob@example.org could not be kept").ExpectOne(() =>
            derivation.Result.SetException(new InsufficientMemoryException()));
        Ask(authenticator, Login("bob", "other")).ExpectMsg<AuthProtocol.LoginAccepted>();
    }

    [Fact]
    [Requirement("A2")]
    public void Authenticator_should_give_a_salt_that_nothing_which_becomes_of_an_account_changes()
    {
        AddBob("right");
        var authenticator = Start(ScramMode);
        var before = SaltOf(authenticator, "eve").Salt.ToArray();
        var accounts = new AccountFile(Accounts.FilePath, TimeProvider.System);
        var eve = Bob with { LocalPart = "eve" };
        foreach (var change in new Action[]
        {
            () => accounts.Add(eve, new Secret("right"), ScramKeys.MinIterations),
            () => accounts.SetPassword(eve, new Secret("other"), ScramKeys.MinIterations),
            () => accounts.SetDisabled(eve, isDisabled: true),
            () => accounts.Remove(eve),
        })
        {
            change();
            Assert.Equal(before, SaltOf(authenticator, "eve").Salt.ToArray());
        }
    }

    [Fact]
    [Requirement("A2")]
    public void Authenticator_should_make_up_as_many_iterations_as_the_accounts_have()
    {
        AddBob("right");
        var authenticator = Start(ScramMode with { ScramIterations = 2 * ScramKeys.MinIterations });
        foreach (var user in new[] { "bob", "nobody" })
            Assert.Equal(ScramKeys.MinIterations, SaltOf(authenticator, user).Iterations);
    }

    private void AddBob(string password) =>
        new AccountFile(Accounts.FilePath, TimeProvider.System).Add(Bob, new Secret(password), ScramKeys.MinIterations);

    /// <summary>One who may not log in, and one without keys.</summary>
    private void AddOthers()
    {
        var accounts = new AccountFile(Accounts.FilePath, TimeProvider.System);
        accounts.Add(Bob with { LocalPart = "eve" }, new Secret("right"), ScramKeys.MinIterations);
        accounts.SetDisabled(Bob with { LocalPart = "eve" }, isDisabled: true);
        accounts.Add(Bob with { LocalPart = "keyless" }, new Secret("right"));
    }

    private IActorRef StartDeriving(AuthOptions options, TestProbe worker, Func<Secret, Task<bool>>? verify = null) =>
        Start(
            options,
            (password, _) => verify is null ? Task.FromResult(password.Value != "wrong") : verify(password),
            (password, salts) =>
            {
                var derivation = new Derivation(password, salts, new TaskCompletionSource<ImmutableArray<ScramKeys>>());
                worker.Ref.Tell(derivation);
                return derivation.Result.Task;
            });

    private static void Finish(Derivation derivation) => derivation.Result.SetResult(
        [.. derivation.Salts.Select(each => ScramKeys.Derive(each.Hash, derivation.Password, each.Salt))]);

    private sealed record Derivation(
        Secret Password,
        ImmutableArray<(ScramHash Hash, ScramSalt Salt)> Salts,
        TaskCompletionSource<ImmutableArray<ScramKeys>> Result) : INoSerializationVerificationNeeded;
}
