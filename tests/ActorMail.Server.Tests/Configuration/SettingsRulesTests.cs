using ActorMail.Server.Configuration;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.Configuration;

public sealed class SettingsRulesTests : SettingsFixture
{
    private const string Exposed = "actormail.smtp.listen=0.0.0.0:25";
    private const string Allowed = "actormail.accounts.allow-open-network=on";

    [Fact]
    public void On_loopback_nothing_needs_to_be_set()
    {
        var settings = Accept();

        Assert.True(settings.Auth.IsOpen);
        Assert.Null(settings.Recipients.AccountsFile);
        Assert.Equal<string>(["*"], settings.Recipients.Domains);
        Assert.Equal("mx.example.net", settings.Hostname);
        Assert.Equal("mx.example.net", settings.Recipients.DefaultDomain);
        Assert.Equal("mx.example.net", settings.Auth.DefaultDomain);
        Assert.Equal(["127.0.0.1:2525", "[::1]:2525"], settings.SmtpListeners.Select(one => one.ToString()));
        Assert.Equal(["127.0.0.1:2110", "[::1]:2110"], settings.Pop3Listeners.Select(one => one.ToString()));
        Assert.Equal(Path.Join(Folder, "data"), settings.DataFolder);
    }

    [Fact]
    [Requirement("R1")]
    public void Beyond_loopback_the_domains_must_be_named()
    {
        Assert.Equal(
            ["default: actormail.domains: must name the domains to take mail for: 0.0.0.0:25 is not on loopback"],
            Refuse(Exposed));
        Assert.Equal(
            ["default: actormail.domains: must name the domains to take mail for: [::]:110 is not on loopback"],
            Refuse("actormail.pop3.listen=[::]:110"));
    }

    [Fact]
    public void Beyond_loopback_accounts_are_those_of_the_file()
    {
        var settings = Accept(Exposed, "actormail.domains=Example.org,example.com");

        Assert.False(settings.Auth.IsOpen);
        Assert.Equal<string>(["example.org", "example.com"], settings.Recipients.Domains);
        Assert.Equal("example.org", settings.Auth.DefaultDomain);
        Assert.Equal(Path.Join(Folder, "data", "accounts"), settings.Recipients.AccountsFile);
        Assert.Equal(Path.Join(Folder, "data", "accounts"), settings.Auth.AccountsFile);
    }

    [Fact]
    public void An_open_server_on_the_network_is_refused_for_both_reasons()
    {
        var faults = Refuse(Exposed, "actormail.accounts.mode=open", "actormail.domains=*");

        Assert.Equal(
            [
                "--set: actormail.accounts.mode: open lets anybody who reaches 0.0.0.0:25 read every mailbox with any "
                    + "password; if that is meant, set actormail.accounts.allow-open-network = on",
                "--set: actormail.domains: \"*\" lets anybody who reaches 0.0.0.0:25 fill the disk with mail for any "
                    + "address; if that is meant, set actormail.accounts.allow-open-network = on",
            ],
            faults);
    }

    [Fact]
    public void An_open_server_on_the_network_is_permitted_with_a_warning()
    {
        string[] assignments = [Exposed, "actormail.accounts.mode=open", "actormail.domains=*", Allowed];

        Assert.True(Accept(assignments).Auth.IsOpen);
        Assert.Collection(
            Warnings(assignments),
            mode => Assert.EndsWith("permitted by actormail.accounts.allow-open-network", mode),
            domains => Assert.EndsWith("permitted by actormail.accounts.allow-open-network", domains));
    }

    [Fact]
    public void The_permission_alone_opens_nothing()
    {
        Assert.False(Accept(Exposed, "actormail.domains=example.org", Allowed).Auth.IsOpen);
        Assert.Single(Refuse(Exposed, Allowed));
    }

    [Theory]
    [InlineData("actormail.domains=exa_mple.org", "expected a domain such as example.org, found 'exa_mple.org'")]
    [InlineData("actormail.domains=b\u00fccher\u3002example",
        "expected a domain such as example.org, found 'b\u00fccher\u3002example'")]
    [InlineData("actormail.domains=.org", "expected a domain such as example.org, found '.org'")]
    [InlineData("actormail.domains=*,example.org", "\"*\" takes every domain and stands alone")]
    [InlineData("actormail.domains=", "is empty: no mail would be taken at all")]
    [InlineData("actormail.hostname=a b", "expected a domain such as mail.example.org, or auto, found 'a b'")]
    [InlineData("actormail.default-domain=b@c", "expected a domain such as example.org, or auto, found 'b@c'")]
    public void A_domain_has_the_syntax_of_one(string assignment, string fault) =>
        Assert.EndsWith(": " + fault, Assert.Single(Refuse(assignment)));

    [Theory]
    [Requirement("R2033-5-a")]
    [InlineData("127.0.0.1:25", "port 25 is for SMTP (RFC 2033 §5)")]
    public void LMTP_keeps_off_the_port_of_SMTP(string endpoint, string fault) =>
        Assert.EndsWith(": " + fault, Assert.Single(Refuse($"actormail.lmtp.listen={endpoint}")));

    [Fact]
    [Requirement("R6531-3.7.1-a")]
    public void A_domain_may_be_given_in_Unicode()
    {
        var settings = Accept(
            "actormail.hostname=mail.b\u00fccher.example", "actormail.default-domain=xn--bcher-kva.example",
            "actormail.domains=B\u00fccher.example,xn--bcher-kva.example,example.org");

        Assert.Equal<string>(["xn--bcher-kva.example", "example.org"], settings.Recipients.Domains);
        Assert.Equal("xn--bcher-kva.example", settings.Recipients.DefaultDomain);
        Assert.Equal("mail.xn--bcher-kva.example", settings.Hostname);
    }

    [Fact]
    public void The_default_domain_is_one_of_the_domains()
    {
        Assert.Equal("b.example", Accept("actormail.domains=a.example,b.example", "actormail.default-domain=B.example")
            .Auth.DefaultDomain);
        Assert.Equal(
            ["--set: actormail.default-domain: 'c.example' is not one of actormail.domains: its mail would be refused"],
            Refuse("actormail.domains=a.example", "actormail.default-domain=c.example"));
    }

    [Theory]
    [InlineData("mx.example.net", "mx.example.net")]
    [InlineData("my_machine", "localhost")]
    [InlineData("", "localhost")]
    public void The_machines_name_is_the_hostname_if_it_is_a_domain(string machine, string hostname)
    {
        var settings = Accept(Sources() with { MachineName = machine });

        Assert.Equal(hostname, settings.Hostname);
        Assert.Equal(hostname, settings.Smtp.Hostname);
    }

    [Fact]
    public void The_basic_profile_names_a_mailbox_without_a_domain()
    {
        var settings = Accept("actormail.profile=basic");

        Assert.True(settings is { IsBasic: true, Smtp.IsBasic: true, Recipients.IsBasic: true });
        Assert.Null(settings.Auth.DefaultDomain);
        Assert.Equal("mx.example.net", settings.Recipients.DefaultDomain);
    }

    [Fact]
    public void The_basic_profile_and_strict_paths_exclude_each_other() => Assert.Equal(
        ["--set: actormail.smtp.strict: does not go with profile = basic, which takes <bob> for a path"],
        Refuse("actormail.profile=basic", "actormail.smtp.strict=on"));

    [Fact]
    public void An_endpoint_is_taken_once()
    {
        Assert.Equal(
            ["--set: actormail.pop3.listen: 127.0.0.1:25 is already taken by actormail.smtp.listen"],
            Refuse("actormail.smtp.listen=localhost:25", "actormail.pop3.listen=127.0.0.1:25"));
        Assert.Equal(2, Accept("actormail.smtp.listen=127.0.0.1:0,127.0.0.1:0").SmtpListeners.Length);
    }

    [Fact]
    public void A_server_without_any_listener_is_refused()
    {
        Assert.Empty(Accept("actormail.pop3.listen=").Pop3Listeners);
        Assert.Equal(
            ["--set: actormail.smtp.listen: and actormail.pop3.listen are both empty: there is nothing to do"],
            Refuse("actormail.smtp.listen=", "actormail.pop3.listen="));
    }

    [Theory]
    [InlineData("actormail.smtp.idle-timeout=299s", "RFC 5321 §4.5.3.2.7 asks for at least 5 minutes")]
    [InlineData("actormail.smtp.data-timeout=2m", "RFC 5321 §4.5.3.2.5 asks for at least 3 minutes")]
    [InlineData("actormail.smtp.max-recipients=99", "RFC 5321 §4.5.3.1.8 asks for at least 100")]
    [InlineData("actormail.smtp.max-message-size=63KiB", "RFC 5321 §4.5.3.1.7 asks for at least 64 KiB")]
    [InlineData("actormail.smtp.max-received-fields=99", "RFC 5321 §6.3 asks for at least 100")]
    [InlineData("actormail.pop3.idle-timeout=599s", "RFC 1939 §3 asks for at least 10 minutes")]
    [InlineData("actormail.smtp.xclient-from=0.0.0.0/0", "lets anybody pass for any client and any user")]
    [InlineData("actormail.connections.proxy-protocol-from=::/0", "lets anybody pass for any client")]
    [InlineData("actormail.smtp.answer-timeout=45s", "is not longer than actormail.store.delivery-timeout: a client "
        + "may hear 451 for mail that is stored, and send it twice")]
    [Requirement("R5321-4.5.3.2.7-a", "R1939-3-j")]
    public void What_is_permitted_and_hardly_meant_is_a_warning(string assignment, string warning)
    {
        Accept(assignment);

        Assert.EndsWith(": " + warning, Assert.Single(Warnings(assignment)));
    }

    [Fact]
    [Requirement("R5321-4.5.3.2.7-a", "R1939-3-j", "R5321-4.5.3.1.4-a")]
    public void The_defaults_are_what_the_rfcs_ask_for() => Assert.Empty(Warnings());

    [Fact]
    public void A_faulty_value_is_not_warned_about_as_well()
    {
        Assert.Single(Refuse("actormail.smtp.idle-timeout=soon"));
        Assert.Empty(Warnings("actormail.smtp.idle-timeout=soon"));
    }

    [Fact]
    public void The_file_of_the_basic_profile_is_complete_and_sound()
    {
        var basic = Path.Join(RepositoryRoot(), "hocon", "basic.hocon");

        var result = SettingsLoader.Load(Sources() with { Files = [basic] });

        Assert.Empty(result.Faults);
        Assert.Empty(result.Warnings);
        Assert.True(result.Settings is { IsBasic: true, Auth.IsOpen: true, Hostname: "localhost" });
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Join(folder, "ActorMail.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
