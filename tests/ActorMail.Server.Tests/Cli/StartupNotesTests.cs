using ActorMail.Actors.Auth;
using ActorMail.Server.Cli;
using ActorMail.Server.Tests.Configuration;

namespace ActorMail.Server.Tests.Cli;

public sealed class StartupNotesTests : SettingsFixture
{
    [Fact]
    public void The_default_server_says_where_mail_is_and_that_it_is_open() => Assert.Equal(
        [
            $"ActorMail {CommandLine.Version}, profile default",
            $"mail is kept in {Path.Join(Folder, "data", "mail")}, one mbox file for each address",
            "mail is taken for every domain; a user without a domain is one of mx.example.net",
            "accounts are open: every address has a mailbox, and any password opens it (for development)",
        ],
        StartupNotes.Describe(Accept()));

    [Fact]
    public void A_server_with_accounts_says_whose_and_for_which_domains()
    {
        var settings = Accept("actormail.accounts.mode=file", "actormail.domains=a.example,b.example");

        var notes = StartupNotes.Describe(settings);

        Assert.Equal("mail is taken for a.example, b.example; a user without a domain is one of a.example", notes[2]);
        Assert.Equal(
            $"accounts are those of {Path.Join(Folder, "data", "accounts")} (actormail user add ADDRESS)", notes[3]);
    }

    [Fact]
    public void The_basic_profile_is_announced()
    {
        var notes = StartupNotes.Describe(Accept("actormail.profile=basic"));

        Assert.EndsWith(", profile basic", notes[0]);
        Assert.EndsWith("; a name without a domain is its own mailbox", notes[2]);
    }

    [Fact]
    public void The_demo_touches_neither_the_users_mail_nor_his_ports()
    {
        var users = Sources("actormail.data=mine", "actormail.smtp.listen=0.0.0.0:25", "actormail.log.file=mine.log",
            "actormail.submission.listen=0.0.0.0:587", "actormail.submissions.listen=0.0.0.0:465",
            "actormail.pop3s.listen=0.0.0.0:995", "actormail.tls.certificates=mine.pem", "actormail.tls.keys=mine.key",
            "actormail.smtp.require-tls=on", "actormail.auth.allow-plaintext=off");
        users = users with { Environment = [new("ACTORMAIL__PORTS_FILE", "mine.ports")] };

        var settings = Accept(DemoCommand.Isolate(users, Path.Join(Folder, "demo")));

        Assert.Equal(Path.Join(Folder, "demo"), settings.DataFolder);
        Assert.Equal(Path.Join(Folder, "demo", "accounts"), settings.AccountsFile);
        Assert.All(settings.SmtpListeners.Concat(settings.Pop3Listeners), one => Assert.Equal("127.0.0.1:0", $"{one}"));
        Assert.Empty(
            settings.SubmissionListeners.Concat(settings.SubmissionsListeners).Concat(settings.Pop3sListeners));
        Assert.True(settings is { Tls.IsOn: false, Tls.IsSelfSigned: true, Smtp.RequireTls: false });
        Assert.Equal(PlaintextLogins.Everywhere, settings.Auth.AllowPlaintext);
        Assert.True(settings is { PortsFile: null, Log.File: null, Auth.IsOpen: true });
    }
}
