using System.Collections.Immutable;
using ActorMail.Actors.Auth;
using ActorMail.Server.Configuration;
using ActorMail.Storage.Certificates;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.Configuration;

/// <summary>TLS, logins and submission: what <c>auto</c> means, and what does not go together.</summary>
public sealed class SecuritySettingsTests : SettingsFixture
{
    [Fact]
    [Requirement("T4", "O3")]
    public void A_developer_gets_ports_for_passwords_beside_the_others_on_loopback()
    {
        var settings = Accept();

        Assert.Equal("127.0.0.1:2587 [::1]:2587", Show(settings.SubmissionListeners));
        Assert.Equal("127.0.0.1:2465 [::1]:2465", Show(settings.SubmissionsListeners));
        Assert.Equal("127.0.0.1:2995 [::1]:2995", Show(settings.Pop3sListeners));
        Assert.True(settings.Tls is { IsOn: true, IsSelfSigned: true });
        Assert.Equal(
            new CertificateFile(
                Path.Join(Folder, "data", "tls", "certificate.pem"), Path.Join(Folder, "data", "tls", "key.pem")),
            Assert.Single(settings.Tls.Files));
        Assert.Equal(PlaintextLogins.Loopback, settings.Auth.AllowPlaintext);
        Assert.False(settings.Submission.ChecksSenders);
    }

    [Theory]
    [InlineData("actormail.smtp.listen=127.0.0.1:0", 0, 0, 2)]
    [InlineData("actormail.pop3.listen=127.0.0.1:0", 2, 2, 0)]
    [InlineData("actormail.smtp.listen=", 0, 0, 2)]
    [InlineData("actormail.smtp.listen=localhost:2525", 2, 2, 2)]
    [InlineData("actormail.tls.mode=off", 2, 0, 0)]
    [InlineData("actormail.profile=basic", 0, 0, 0)]
    [Requirement("O3")]
    public void Whoever_chooses_ports_gets_no_others(string setting, int submission, int submissions, int pop3s)
    {
        var settings = Accept(setting);

        Assert.Equal(submission, settings.SubmissionListeners.Length);
        Assert.Equal(submissions, settings.SubmissionsListeners.Length);
        Assert.Equal(pop3s, settings.Pop3sListeners.Length);
    }

    [Fact]
    public void Listeners_that_are_given_are_taken_whatever_the_others_are()
    {
        var settings = Accept(
            "actormail.smtp.listen=", "actormail.pop3.listen=", "actormail.submission.listen=127.0.0.1:587",
            "actormail.submissions.listen=127.0.0.1:465", "actormail.pop3s.listen=127.0.0.1:995");

        Assert.Equal("127.0.0.1:587", Show(settings.SubmissionListeners));
        Assert.Equal("127.0.0.1:465", Show(settings.SubmissionsListeners));
        Assert.Equal("127.0.0.1:995", Show(settings.Pop3sListeners));
    }

    [Theory]
    [InlineData("submission")]
    [InlineData("submissions")]
    [InlineData("pop3s")]
    [Requirement("R1")]
    public void A_listener_of_any_kind_beyond_loopback_closes_the_accounts(string kind)
    {
        var settings = Accept($"actormail.{kind}.listen=0.0.0.0:4000", "actormail.domains=example.org");

        Assert.False(settings.Auth.IsOpen);
        Assert.True(settings.Submission.ChecksSenders);
        Assert.Equal(
            ["default: actormail.domains: must name the domains to take mail for: [::]:4000 is not on loopback"],
            Refuse($"actormail.{kind}.listen=[::]:4000"));
        Assert.Contains(
            "--set: actormail.accounts.mode: open lets anybody who reaches [::]:4000 read every mailbox with any "
                + "password; if that is meant, set actormail.accounts.allow-open-network = on",
            Refuse(
                $"actormail.{kind}.listen=[::]:4000", "actormail.domains=example.org",
                "actormail.accounts.mode=open"));
    }

    [Fact]
    public void A_port_is_taken_once_over_all_protocols() => Assert.Equal(
        ["--set: actormail.pop3.listen: 127.0.0.1:2465 is already taken by actormail.submissions.listen"],
        Refuse("actormail.pop3.listen=127.0.0.1:2465"));

    [Theory]
    [InlineData("actormail.profile=basic", PlaintextLogins.Everywhere)]
    [InlineData("actormail.tls.mode=off", PlaintextLogins.Everywhere)]
    [InlineData("actormail.tls.mode=on", PlaintextLogins.Loopback)]
    [InlineData("actormail.auth.allow-plaintext=on", PlaintextLogins.Everywhere)]
    [InlineData("actormail.auth.allow-plaintext=off", PlaintextLogins.Nowhere)]
    [Requirement("R2595-2.3-a")]
    public void Passwords_in_clear_are_for_this_machine_unless_told_otherwise(
        string setting, PlaintextLogins allowed) =>
        Assert.Equal(allowed, Accept(setting).Auth.AllowPlaintext);

    [Theory]
    [InlineData("actormail.submissions.listen", "actormail.tls.mode=off")]
    [InlineData("actormail.pop3s.listen", "actormail.tls.mode=off")]
    [InlineData("actormail.pop3s.listen", "actormail.profile=basic")]
    public void Ports_of_TLS_need_it(string key, string without) => Assert.Equal(
        [$"--set: {key}: needs TLS, which is off; see actormail.tls.mode"],
        Refuse($"{key}=127.0.0.1:0", without));

    [Theory]
    [InlineData("actormail.submission.listen")]
    [InlineData("actormail.submissions.listen")]
    public void The_basic_profile_has_no_submission(string key) => Assert.Equal(
        [$"--set: {key}: does not go with profile = basic, which has no EHLO and so no AUTH"],
        Refuse($"{key}=127.0.0.1:0", "actormail.profile=basic", "actormail.tls.mode=on"));

    [Fact]
    [Requirement("R3207-4-b", "R3207-6-b")]
    public void Mail_is_taken_without_TLS_unless_it_is_demanded_which_needs_TLS()
    {
        Assert.False(Accept().Smtp.RequireTls);
        Assert.True(Accept("actormail.smtp.require-tls=on").Smtp.RequireTls);
        Assert.True(Accept("actormail.submission.require-tls=on").Submission.RequireTls);
        Assert.Equal(
            [
                "--set: actormail.smtp.require-tls: does not go with actormail.tls.mode = off: no mail could be sent",
                "--set: actormail.submission.require-tls: does not go with actormail.tls.mode = off: nobody could "
                    + "log in",
            ],
            Refuse(
                "actormail.smtp.require-tls=on", "actormail.submission.require-tls=on", "actormail.tls.mode=off"));
        Assert.StartsWith(
            "--set: actormail.smtp.require-tls: does not go with profile = basic",
            Assert.Single(Refuse("actormail.smtp.require-tls=on", "actormail.profile=basic")));
    }

    [Fact]
    public void A_server_that_nobody_can_log_in_to_is_warned_of() => Assert.Equal(
        ["--set: actormail.auth.allow-plaintext: actormail.tls.mode is off, too: nobody can log in"],
        Warnings("actormail.tls.mode=off", "actormail.auth.allow-plaintext=off"));

    [Fact]
    public void Certificates_and_keys_are_lists_in_the_same_order()
    {
        var two = Accept("actormail.tls.certificates=a.pem,tls/b.pem", "actormail.tls.keys=a.key,/keys/b.key").Tls;
        var whole = Accept("actormail.tls.certificates=a.pem").Tls;

        Assert.False(two.IsSelfSigned);
        Assert.Equal(
            [
                new CertificateFile(Path.Join(Folder, "a.pem"), Path.Join(Folder, "a.key")),
                new CertificateFile(Path.Join(Folder, "tls", "b.pem"), Path.GetFullPath("/keys/b.key")),
            ],
            two.Files.AsEnumerable());
        Assert.Equal(
            [new CertificateFile(Path.Join(Folder, "a.pem"), Path.Join(Folder, "a.pem"))], whole.Files.AsEnumerable());
    }

    [Fact]
    public void Certificates_without_their_keys_are_refused()
    {
        Assert.Equal(
            ["--set: actormail.tls.keys: has 1 files for the 2 of actormail.tls.certificates: one for each, in the "
                + "same order, or none if each certificate's file holds its key"],
            Refuse("actormail.tls.certificates=a.pem,b.pem", "actormail.tls.keys=a.key"));
        Assert.Equal(
            ["--set: actormail.tls.keys: without actormail.tls.certificates there are no certificates that they could "
                + "belong to"],
            Refuse("actormail.tls.keys=a.key"));
        Assert.Equal(
            ["--set: actormail.tls.certificates: is empty; auto makes a certificate, actormail.tls.mode = off goes "
                + "without"],
            Refuse("actormail.tls.certificates="));
    }

    [Fact]
    public void Mechanisms_are_known_by_name_in_any_case()
    {
        Assert.Equal<string>(
            ["PLAIN", "SCRAM-SHA-256"], Accept("actormail.auth.mechanisms=plain,Scram-SHA-256,PLAIN").Auth.Mechanisms);
        Assert.Empty(Accept("actormail.auth.mechanisms=").Auth.Mechanisms);
        Assert.Equal(
            [
                "--set: actormail.auth.mechanisms: 'SCRAM-SHA256' is not known; did you mean SCRAM-SHA-256? there are "
                    + "SCRAM-SHA-256-PLUS, SCRAM-SHA-256, SCRAM-SHA-1, PLAIN, LOGIN",
                "--set: actormail.auth.mechanisms: 'CRAM-MD5' is not known; there are "
                    + "SCRAM-SHA-256-PLUS, SCRAM-SHA-256, SCRAM-SHA-1, PLAIN, LOGIN",
            ],
            Refuse("actormail.auth.mechanisms=scram-sha256,CRAM-MD5"));
    }

    [Fact]
    public void Extra_senders_are_read_and_those_that_cannot_be_are_named()
    {
        Assert.Equal(
            2,
            Accept("actormail.submission.extra-senders=bob@example.org a@example.net,ann *")
                .Submission.ExtraSenders.Length);
        Assert.StartsWith(
            "--set: actormail.submission.extra-senders: expected an account and an address, such as ",
            Assert.Single(Refuse("actormail.submission.extra-senders=bob@example.org")));
    }

    [Fact]
    public void They_can_be_given_in_the_environment()
    {
        var settings = Accept(Sources() with
        {
            Environment =
            [
                new("ACTORMAIL__TLS__CERTIFICATES", "a.pem,b.pem"),
                new("ACTORMAIL__SUBMISSION__LISTEN", "127.0.0.1:0"),
                new("ACTORMAIL__AUTH__ALLOW_PLAINTEXT", "off"),
            ],
        });

        Assert.Equal(
            (2, "127.0.0.1:0", PlaintextLogins.Nowhere),
            (settings.Tls.Files.Length, Show(settings.SubmissionListeners), settings.Auth.AllowPlaintext));
    }

    private static string Show(ImmutableArray<ListenEndpoint> listeners) => string.Join(' ', listeners);
}
