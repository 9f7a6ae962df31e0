using System.Net;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;
using ActorMail.Actors.Smtp;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Smtp;

/// <summary>What the policy says in a session, and when. The resolver and the lists are probes.</summary>
public sealed class SmtpPolicySpecs : SmtpSessionSpec
{
    private readonly TestProbe _lists;

    public SmtpPolicySpecs(ITestOutputHelper output) : base(output)
    {
        _lists = CreateTestProbe("lists");
        Resolver.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            if (message is RecipientProtocol.ResolveRecipient(var address, _))
                sender.Tell(new RecipientProtocol.RecipientResolved(address, [Bob]));
            return AutoPilot.KeepRunning;
        }));
    }

    [Fact]
    [Requirement("F4")]
    public async Task Messages_and_recipients_too_many_should_be_put_off_with_the_name_of_the_limit()
    {
        Start(new PolicyOptions { MaxMessagesPerMinute = 2, MaxRecipientsPerMinute = 1 }, asksLists: false);
        await Client.SendAsync("HELO c.example\r\n");
        await Expect("220 ", "250 ");

        Assert.StartsWith("250 ", await Client.AskAsync("MAIL FROM:<a@x.example>"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await Client.AskAsync("RCPT TO:<bob@example.org>"), StringComparison.Ordinal);
        Assert.Equal(
            "450 4.7.1 Too many in a minute (policy.max-recipients-per-minute = 1), try again later",
            await Client.AskAsync("RCPT TO:<bob@example.org>"));
        await Client.AskAsync("RSET");
        await Client.AskAsync("MAIL FROM:<a@x.example>");
        await Client.AskAsync("RSET");
        Assert.Equal(
            "450 4.7.1 Too many in a minute (policy.max-messages-per-minute = 2), try again later",
            await Client.AskAsync("MAIL FROM:<a@x.example>"));
        Assert.StartsWith("503 ", await Client.AskAsync("RCPT TO:<bob@example.org>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_too_many_in_a_minute_should_end_the_session()
    {
        Start(new PolicyOptions { MaxErrorsPerMinute = 2 });
        await Expect("220 ");

        Assert.StartsWith("500 ", await Client.AskAsync("FOO"), StringComparison.Ordinal);
        Assert.StartsWith("500 ", await Client.AskAsync("FOO"), StringComparison.Ordinal);
        await Client.SendAsync("FOO\r\n");
        Assert.Equal(
            [
                "500 5.5.1 Command unrecognized; HELP lists those that are",
                "421 4.7.0 mail.example.org Too many errors in a minute (policy.max-errors-per-minute = 2), closing",
            ],
            await Client.ReadToEndAsync());
    }

    [Fact]
    [Requirement("R5321-4.1.4-d")]
    public async Task A_name_that_will_not_do_should_be_refused_and_forgotten()
    {
        Start(new PolicyOptions { Helo = HeloCheck.Strict });
        await Expect("220 ");

        Assert.Equal(
            "550 5.7.1 mail.example.org is a name of ours, not yours (policy.helo)",
            await Client.AskAsync("HELO mail.example.org"));
        Assert.StartsWith("503 ", await Client.AskAsync("MAIL FROM:<a@x.example>"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await Client.AskAsync("HELO c.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_a_front_end_gives_should_be_held_to_the_same_rules()
    {
        var trusting = Options with { FrontEnds = NetworkSet.Loopback };
        Start(new PolicyOptions { Helo = HeloCheck.Strict }, asksLists: false, options: trusting);
        await Expect("220 ");

        const string xclient = "XCLIENT ADDR=192.0.2.7 HELO=";
        Assert.StartsWith("220 ", await Client.AskAsync(xclient + "mail.example.org"), StringComparison.Ordinal);
        Assert.StartsWith("503 ", await Client.AskAsync("MAIL FROM:<a@x.example>"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await Client.AskAsync("HELO c.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listed_client_should_reach_nobody_but_who_hears_complaints()
    {
        Start(new PolicyOptions());
        var asked = await _lists.ExpectMsgAsync<DnsListProtocol.CheckClient>();
        await Client.SendAsync("HELO c.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<bob@example.org>\r\n");
        await Resolver.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        _lists.Reply(new DnsListProtocol.ClientChecked(
            asked.Client, new Listing("zen.example.net", IPAddress.Parse("127.0.0.2"))));

        await Expect("220 ", "250 ", "250 ");
        Assert.Equal(
            $"550 5.7.1 {asked.Client} is listed by zen.example.net as 127.0.0.2 (policy.dns.block-lists)",
            await Client.ReadLineAsync());
        Assert.StartsWith("250 ", await Client.AskAsync("RCPT TO:<Postmaster>"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await Client.AskAsync("RCPT TO:<abuse@example.org>"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_is_not_listed_should_be_heard_once_that_is_known()
    {
        Start(new PolicyOptions());
        var asked = await _lists.ExpectMsgAsync<DnsListProtocol.CheckClient>();
        await Client.SendAsync("HELO c.example\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<bob@example.org>\r\n");

        _lists.Reply(new DnsListProtocol.ClientChecked(asked.Client, null));

        await Expect("220 ", "250 ", "250 ", "250 2.1.5 ");
    }

    [Fact]
    public async Task Refusals_should_take_longer_and_longer()
    {
        Start(new PolicyOptions { ErrorDelay = new ErrorDelay { After = 1, Step = TimeSpan.FromMinutes(10) } });
        await Expect("220 ");

        Assert.StartsWith("500 ", await Client.AskAsync("FOO"), StringComparison.Ordinal);
        await Client.SendAsync("FOO\r\nNOOP\r\n");
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(200));
        Assert.Empty(await Client.ReadArrivedAsync());
    }

    [Fact]
    public async Task A_client_that_is_exempt_should_be_asked_nothing()
    {
        Start(new PolicyOptions { MaxErrorsPerMinute = 1, Helo = HeloCheck.Strict }, isExempt: true);
        await Expect("220 ");
        await _lists.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        for (var i = 0; i < 5; i++)
            Assert.StartsWith("500 ", await Client.AskAsync("FOO"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await Client.AskAsync("HELO mail.example.org"), StringComparison.Ordinal);
    }

    private async Task Expect(params string[] starts)
    {
        foreach (var start in starts)
            Assert.StartsWith(start, await Client.ReadLineAsync(), StringComparison.Ordinal);
    }

    /// <summary>The client comes from loopback, which is exempt only where a test says so.</summary>
    private void Start(PolicyOptions given, bool isExempt = false, bool asksLists = true, SmtpOptions? options = null)
    {
        var policy = isExempt ? given : given with { Exempt = NetworkSet.Empty };
        var helo = new HeloRules(policy.Helo, policy.Exempt, Options.Hostname, ["example.org"]);
        var rates = new RateLedger(policy, TimeProvider.System);
        Start(options, policy: new SmtpPolicy(rates, policy, helo, asksLists ? _lists : null));
    }
}
