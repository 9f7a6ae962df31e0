using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;
using ActorMail.Actors.Pop3;
using ActorMail.Actors.Smtp;
using ActorMail.Server.Configuration;
using ActorMail.Server.Logging;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Server.Tests.Configuration;

public sealed class SettingsReferenceTests : SettingsFixture
{
    private static readonly SettingsReference Reference = SettingsReference.Instance;

    [Fact]
    public void Every_setting_and_every_group_has_a_comment_above_it()
    {
        var lines = Reference.Text.Split('\n');
        var keys = Enumerable.Range(0, lines.Length).Where(IsKey).ToList();

        Assert.All(keys.Skip(1), line => Assert.StartsWith("#", lines[line - 1].TrimStart()));
        Assert.Equal(Reference.Keys.Length + Reference.Groups.Count, keys.Count);

        bool IsKey(int line) => lines[line].TrimStart() is [>= 'a' and <= 'z', ..];
    }

    [Fact]
    public void Every_setting_is_bound_and_nothing_else_is()
    {
        var values = new SettingValues(Reference.Defaults, Reference.Defaults);

        SettingsBinder.Bind(values, Sources(), checksRules: true);

        Assert.Equal(Reference.Keys.Order(), values.Read.Order());
    }

    [Fact]
    public void No_setting_stands_in_the_reference_twice() =>
        Assert.Equal(Reference.Keys.Length, Reference.Keys.Distinct().Count());

    [Fact]
    public void The_defaults_of_the_reference_are_those_of_the_options()
    {
        var settings = Accept();
        var domain = settings.Recipients.DefaultDomain;

        Assert.Equal(new SmtpOptions { Hostname = settings.Hostname }, settings.Smtp);
        Assert.Equal(new Pop3Options(), settings.Pop3);
        Assert.Equal(new ConnectionOptions(), settings.Connections);
        Assert.Equal(new QuotaOptions().Account, settings.Quotas.Account);
        Assert.Equal(new PolicyOptions(), settings.Policy);
        Assert.Equal(new StoreOptions(), settings.Store);
        Assert.Equal(new MailboxOptions(), settings.Mailboxes);
        Assert.Equal(new JournalActorOptions(), settings.Journal);
        Assert.Equal(new LogOptions(), settings.Log);
        var auth = new AuthOptions { IsOpen = true, AccountsFile = settings.AccountsFile, DefaultDomain = domain };
        Assert.Equal<string>(auth.Mechanisms, settings.Auth.Mechanisms);
        Assert.Equal(auth, settings.Auth with { Mechanisms = auth.Mechanisms });
        Assert.Empty(settings.Submission.ExtraSenders);
        // The accounts are open.
        Assert.Equal(
            new SubmissionOptions { ChecksSenders = false },
            settings.Submission with { ExtraSenders = new SubmissionOptions().ExtraSenders });
        Assert.Equal(
            new TlsSettings { IsOn = true, IsSelfSigned = true },
            settings.Tls with { Files = new TlsSettings().Files });
        Assert.Equal<string>(new RecipientOptions { DefaultDomain = domain }.Domains, settings.Recipients.Domains);
        Assert.Equal((16, TimeSpan.FromSeconds(5)), (settings.IoThreads, settings.DrainTimeout));
        Assert.Null(settings.PortsFile);
        Assert.False(settings.IsBasic);
    }

    [Fact]
    public void Every_option_of_a_subsystem_can_be_set()
    {
        var changed = Accept([.. Reference.Keys.Select(key => $"{key}={Other(key)}")]);
        var unchanged = Accept();

        Assert.Equal(
            ["Time"], Same(unchanged.Smtp.Session, changed.Smtp.Session));
        // POP3 reads no message, and keeps nobody waiting.
        Assert.Equal(
            ["DataTimeout", "Exempt", "GreetingDelay", "MinDataRate", "RefusesEarlyTalkers", "Time"],
            Same(unchanged.Pop3.Session, changed.Pop3.Session));
        // A listener for submission has these options with those of submission in them.
        Assert.Equal(["IsBasic", "IsLmtp", "Submission"], Same(unchanged.Smtp, changed.Smtp));
        Assert.Empty(Same(unchanged.Pop3, changed.Pop3));
        Assert.Empty(Same(unchanged.Connections, changed.Connections));
        Assert.Empty(Same(unchanged.Quotas, changed.Quotas));
        Assert.Empty(Same(unchanged.Policy, changed.Policy));
        Assert.Empty(Same(unchanged.Policy.ErrorDelay, changed.Policy.ErrorDelay));
        Assert.Empty(Same(unchanged.Policy.DnsLists, changed.Policy.DnsLists));
        Assert.Equal(["MakeNonce"], Same(unchanged.Auth, changed.Auth));
        // What leads where is known once the server runs.
        Assert.Equal(["LeadsTo"], Same(unchanged.Submission, changed.Submission));
        Assert.Equal(["IsBasic"], Same(unchanged.Recipients.Addresses, changed.Recipients.Addresses));
        // With TLS off no certificate is asked for.
        Assert.Empty(Same(unchanged.Tls, Accept("actormail.tls.mode=off", "actormail.tls.certificates=a.pem",
            "actormail.tls.reload-interval=1s").Tls));
        Assert.Empty(Same(unchanged.Store, changed.Store));
        Assert.Empty(Same(unchanged.Store.Journal, changed.Store.Journal));
        Assert.Empty(Same(unchanged.Mailboxes, changed.Mailboxes));
        Assert.Empty(Same(unchanged.Journal, changed.Journal));
        Assert.Empty(Same(unchanged.Log, changed.Log));
    }

    private static string Other(string key) => (key, Reference.Defaults[key].Text) switch
    {
        ("actormail.profile", _) => "default",
        ("actormail.hostname", _) => "mail.example.org",
        ("actormail.domains" or "actormail.default-domain", _) => "example.org",
        ("actormail.accounts.mode", _) => "file",
        ("actormail.store.min-free-space", _) => "1GiB",
        ("actormail.log.level", _) => "debug",
        (_, _) when key.EndsWith(".listen", StringComparison.Ordinal) => "127.0.0.1:0",
        ("actormail.connections.proxy-protocol-from" or "actormail.policy.exempt", _) => "192.0.2.7",
        ("actormail.smtp.xclient-from", _) => "192.0.2.7",
        ("actormail.policy.helo", _) => "strict",
        ("actormail.policy.dns.servers" or "actormail.policy.dns.allow", _) => "192.0.2.53",
        ("actormail.policy.dns.block-lists" or "actormail.policy.dns.allow-lists", _) => "zen.example.org",
        ("actormail.lmtp.socket-mode", _) => "0600",
        ("actormail.smtp.service", _) => "never",
        ("actormail.smtp.verify", _) => "users",
        ("actormail.auth.allow-plaintext", _) => "on",
        ("actormail.auth.mechanisms", _) => "PLAIN",
        ("actormail.addresses.aliases", _) => "sales: bob",
        ("actormail.addresses.domain-aliases", _) => "example.net example.org",
        ("actormail.addresses.plus", _) => "-",
        ("actormail.quota.domains", _) => "example.org 1GiB 10",
        ("actormail.submission.extra-senders", _) => "bob@example.org sales@example.org",
        ("actormail.submission.check-senders", _) => "on",
        ("actormail.tls.mode", _) => "on",
        ("actormail.tls.certificates" or "actormail.tls.keys", _) => "one.pem,two.pem",
        ("actormail.pop3.language", _) => "fr",
        ("actormail.pop3.implementation", _) => "never",
        (_, "on") => "off",
        (_, "off") => "on",
        (_, "" or "auto" or "data") => "elsewhere",
        (_, var number) => (char)(number[0] + 1) + number[1..],
    };

    private static IEnumerable<string> Same<T>(T one, T other) => typeof(T).GetProperties()
        .Where(property => Equals(property.GetValue(one), property.GetValue(other)))
        .Select(property => property.Name).Order(StringComparer.Ordinal);
}
