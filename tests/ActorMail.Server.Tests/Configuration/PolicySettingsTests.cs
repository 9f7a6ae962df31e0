using System.Net;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;
using ActorMail.Protocols.Mail;
using ActorMail.Server.Configuration;

namespace ActorMail.Server.Tests.Configuration;

/// <summary>Front ends, and how clients must behave.</summary>
public sealed class PolicySettingsTests : SettingsFixture
{
    [Fact]
    public void Front_ends_are_addresses_and_networks()
    {
        var trusted = Accept("actormail.connections.proxy-protocol-from=10.0.0.0/8, ::1").Connections.ProxyProtocolFrom;

        Assert.True(trusted.Contains(IPAddress.Parse("10.1.2.3")));
        Assert.True(trusted.Contains(IPAddress.IPv6Loopback));
        Assert.False(trusted.Contains(IPAddress.Loopback));
    }

    [Fact]
    public void All_that_is_no_network_is_reported_at_once() => Assert.Equal(
        [
            "--set: actormail.connections.proxy-protocol-from: expected addresses or networks, such as 10.0.0.0/8, "
                + "192.0.2.7 or 2001:db8::/32; found '10.1.2.3/8'",
            "--set: actormail.connections.proxy-protocol-from: expected addresses or networks, such as 10.0.0.0/8, "
                + "192.0.2.7 or 2001:db8::/32; found 'proxy.example.org'",
            "--set: actormail.connections.max-proxy-header-size: expected a size from 536 to 65551, such as 64KiB, "
                + "found '535'",
        ],
        Refuse(
            "actormail.connections.proxy-protocol-from=10.1.2.3/8,192.0.2.7,proxy.example.org",
            "actormail.connections.max-proxy-header-size=535"));

    [Fact]
    public void Nobody_is_kept_waiting_by_default_and_this_machine_never()
    {
        var session = Accept().Smtp.Session;

        Assert.Equal(TimeSpan.Zero, session.GreetingDelay);
        Assert.False(session.RefusesEarlyTalkers);
        Assert.Equal(NetworkSet.Loopback, session.Exempt);
        Assert.True(Accept("actormail.policy.exempt=").Smtp.Session.Exempt.IsEmpty);
    }

    [Fact]
    public void Every_limit_is_named_by_its_setting()
    {
        var options = new PolicyOptions
        {
            MaxConnectionsPerMinute = 1,
            MaxMessagesPerMinute = 1,
            MaxRecipientsPerMinute = 1,
            MaxErrorsPerMinute = 1,
            MaxAccountMessagesPerMinute = 1,
            MaxAccountRecipientsPerMinute = 1,
        };
        var (ledger, client) = (new RateLedger(options, TimeProvider.System), IPAddress.Parse("192.0.2.1"));
        Func<PolicyLimit?>[] counts =
        [
            .. Enum.GetValues<RateKind>().Select(kind => (Func<PolicyLimit?>)(() => ledger.Count(kind, client))),
            () => ledger.Count(RateKind.Messages, default(MailboxName)),
            () => ledger.Count(RateKind.Recipients, default(MailboxName)),
        ];

        var settings = counts.Select(count => $"actormail.{(count() ?? count())!.Setting}").ToList();

        Assert.Subset(SettingsReference.Instance.Keys.ToHashSet(), settings.ToHashSet());
        Assert.Equal(settings.Count, settings.Distinct().Count());
    }

    [Fact]
    public void Lists_and_name_servers_are_read_as_they_are_written()
    {
        var lists = Accept(
            "actormail.policy.dns.block-lists=zen.example.org=127.0.0.2-11,bl.example.net",
            "actormail.policy.dns.servers=127.0.0.1:5353,[::1]:53,192.0.2.53").Policy.DnsLists;

        Assert.Equal(
            ["zen.example.org 127.0.0.2-127.0.0.11", "bl.example.net 127.0.0.0-127.255.254.255"],
            lists.BlockLists.Select(list => $"{list.Zone} {list.From}-{list.To}"));
        Assert.Equal(["127.0.0.1:5353", "[::1]:53", "192.0.2.53:53"], lists.Servers.Select(server => $"{server}"));
    }

    [Fact]
    public void What_is_neither_list_nor_name_server_is_refused() => Assert.Equal(
        [
            "--set: actormail.policy.dns.block-lists: expected zones of DNS, such as zen.example.org or "
                + "\"zen.example.org=127.0.0.2-11\"; found 'zen'",
            "--set: actormail.policy.dns.servers: expected addresses, such as 192.0.2.53 or 127.0.0.1:5353; found "
                + "'dns.example.org'",
            "--set: actormail.policy.dns.servers: expected addresses, such as 192.0.2.53 or 127.0.0.1:5353; found "
                + "'127.0.0.1:0'",
        ],
        Refuse(
            "actormail.policy.dns.block-lists=zen",
            "actormail.policy.dns.servers=dns.example.org,127.0.0.1:0"));

    [Fact]
    public void Lmtp_listens_on_a_unix_socket_too()
    {
        var settings = Accept(
            "actormail.lmtp.listen=unix:/run/am/lmtp.sock,127.0.0.1:2424", "actormail.lmtp.socket-mode=0666");

        Assert.Equal("unix:/run/am/lmtp.sock 127.0.0.1:2424", string.Join(' ', settings.LmtpListeners));
        Assert.Equal(0b110_110_110, (int)settings.LmtpSocketMode);
        Assert.True(settings.Auth.IsOpen);
    }

    [Fact]
    public void Unix_sockets_are_not_for_every_listener() => Assert.Equal(
        [
            "--set: actormail.smtp.listen: takes no Unix socket, only address:port, such as 127.0.0.1:2525, "
                + "[::1]:2525 or localhost:2525; found 'unix:/run/smtp.sock'",
        ],
        Refuse("actormail.smtp.listen=unix:/run/smtp.sock"));

    [Theory]
    [InlineData("0660", 0b110_110_000)]
    [InlineData("600", 0b110_000_000)]
    [InlineData("0777", 0b111_111_111)]
    [InlineData("0460", null)]
    [InlineData("0680", null)]
    [InlineData("60", null)]
    [InlineData("06600", null)]
    [InlineData("1660", null)]
    [InlineData("u=rw", null)]
    public void A_mode_is_written_as_for_chmod(string text, int? mode)
    {
        var given = new Dictionary<string, SettingValue> { ["mode"] = SettingValue.OfText("--set", text) };
        var values = new SettingValues(given, given);

        var read = values.FileMode("mode");

        Assert.Equal(mode is null, values.Faults.Count == 1);
        Assert.Equal(mode ?? 0b110_000_000, (int)read);
    }
}
