using System.Net;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;
using ActorMail.Actors.Tests.Net;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Policy;

/// <summary>Name servers that answer when a test says so. Time is virtual here.</summary>
public sealed class DnsListActorSpecs : TestKit
{
    private const string Name = "1.2.0.192";

    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");
    private static readonly DnsAnswer NotThere = new([], TimeSpan.FromHours(1));

    private readonly Dictionary<string, TaskCompletionSource<DnsAnswer>> _questions = [];
    private readonly List<string> _asked = [];

    public DnsListActorSpecs(ITestOutputHelper output) : base(VirtualTime.Config, output: output)
    {
    }

    private static DnsListOptions Options => new()
    {
        BlockLists = [List("block.example.org"), List("other.example.org=127.0.0.2-3")],
        AllowLists = [List("allow.example.org")],
        MaxLookups = 2,
    };

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task Actor_should_answer_at_once_when_there_are_no_lists()
    {
        var actor = Start(Options with { BlockLists = [] });
        await ExpectAsync(actor, Client, null);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Actor_should_ask_nobody_about_a_client_that_is_exempt_or_allowed()
    {
        var actor = Start(Options with { Allow = new NetworkSet([IPNetwork.Parse("192.0.2.0/24")]) });
        await ExpectAsync(actor, Client, null);
        await ExpectAsync(actor, IPAddress.Loopback, null);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Actor_should_name_the_list_that_has_a_client()
    {
        var actor = Start(Options);
        Ask(actor);
        await AnswerAsync("allow", NotThere);
        await AnswerAsync("other", Answer("127.0.0.3"));

        await ExpectMsgAsync(Checked("other.example.org", "127.0.0.3"));
    }

    [Fact]
    public async Task Actor_should_let_a_client_pass_that_no_list_has()
    {
        var actor = Start(Options);
        Ask(actor);
        await AnswerAsync("allow", NotThere);
        await AnswerAsync("block", NotThere);
        // An answer that the setting does not name.
        await AnswerAsync("other", Answer("127.0.0.4"));

        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(Client, null));
    }

    [Fact]
    public async Task Actor_should_let_a_client_pass_that_an_allow_list_has_whatever_others_say()
    {
        var actor = Start(Options);
        Ask(actor);
        await AnswerAsync("block", Answer("127.0.0.2"));
        await AnswerAsync("allow", Answer("127.0.0.2"));

        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(Client, null));
    }

    [Fact]
    public async Task Actor_should_ask_each_question_once_however_many_want_to_know()
    {
        var actor = Start(Options);
        var other = CreateTestProbe();
        Ask(actor);
        actor.Tell(new DnsListProtocol.CheckClient(Client), other);
        await AnswerAsync("allow", NotThere);
        await AnswerAsync("block", Answer("127.0.0.2"));

        await ExpectMsgAsync(Checked("block.example.org", "127.0.0.2"));
        await other.ExpectMsgAsync(Checked("block.example.org", "127.0.0.2"));
        Assert.Equal(3, _asked.Count);
    }

    [Fact]
    public async Task Actor_should_keep_an_answer_for_as_long_as_it_says_and_no_longer_than_it_may()
    {
        var actor = Start(Options with { AllowLists = [], BlockLists = [List("block.example.org")] });
        Ask(actor);
        await AnswerAsync("block", Answer("127.0.0.2", TimeSpan.FromSeconds(20)));
        await ExpectMsgAsync(Checked("block.example.org", "127.0.0.2"));

        Clock.Advance(TimeSpan.FromSeconds(19));
        Ask(actor);
        await ExpectMsgAsync(Checked("block.example.org", "127.0.0.2"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Ask(actor);
        await AnswerAsync("block", NotThere);
        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(Client, null));

        Clock.Advance(TimeSpan.FromMinutes(5));
        Ask(actor);
        await AnswerAsync("block", NotThere);
        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(Client, null));
        Assert.Equal(3, _asked.Count);
    }

    [Fact]
    public async Task Actor_should_let_a_client_pass_when_no_answer_comes_in_time_and_ask_again_soon()
    {
        var actor = Start(Options);
        Ask(actor);
        await AnswerAsync("allow", NotThere);
        await AwaitAssertAsync(() => Assert.Equal(3, Asked));
        Clock.Advance(TimeSpan.FromSeconds(3));
        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(Client, null));

        Ask(actor);
        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(Client, null));
        Clock.Advance(TimeSpan.FromSeconds(10));
        Ask(actor);
        await AwaitAssertAsync(() => Assert.Equal(6, Asked));
    }

    [Fact]
    public async Task Actor_should_let_a_client_pass_when_an_allow_list_fails()
    {
        var actor = Start(Options);
        Ask(actor);
        await AnswerAsync("block", Answer("127.0.0.2"));
        await FailAsync("allow");

        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(Client, null));
    }

    [Fact]
    public async Task Actor_should_believe_the_lists_that_answer_when_another_block_list_fails()
    {
        var actor = Start(Options);
        Ask(actor);
        await AnswerAsync("allow", NotThere);
        await FailAsync("block");
        await AnswerAsync("other", Answer("127.0.0.2"));

        await ExpectMsgAsync(Checked("other.example.org", "127.0.0.2"));
    }

    [Theory]
    [InlineData("127.255.255.254")]
    [InlineData("198.51.100.1")]
    public async Task Actor_should_not_take_a_code_or_a_strangers_address_for_a_listing(string answer)
    {
        var actor = Start(Options with { AllowLists = [], BlockLists = [List("block.example.org")] });
        await EventFilter.Warning(contains: $"the answer was {answer}").ExpectOneAsync(async () =>
        {
            Ask(actor);
            await AnswerAsync("block", Answer(answer));
            await ExpectMsgAsync(new DnsListProtocol.ClientChecked(Client, null));
        });
    }

    [Fact]
    public async Task Actor_should_ask_about_few_clients_at_a_time_and_let_pass_who_waited_too_long()
    {
        var actor = Start(Options with { AllowLists = [], BlockLists = [List("block.example.org")] });
        for (byte host = 1; host <= 4; host++)
            actor.Tell(new DnsListProtocol.CheckClient(new IPAddress([192, 0, 2, host])), TestActor);
        await AwaitAssertAsync(() => Assert.Equal(2, Asked));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await AnswerAsync("block", NotThere);
        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(Client, null));
        await AwaitAssertAsync(() => Assert.Equal(3, Asked));

        // The second and the fourth have waited for three seconds, the third was asked about two seconds ago.
        Clock.Advance(TimeSpan.FromSeconds(2));
        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(IPAddress.Parse("192.0.2.2"), null));
        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(IPAddress.Parse("192.0.2.4"), null));
        Assert.Equal(3, Asked);
    }

    [Fact]
    public async Task Actor_should_say_once_a_minute_that_a_list_fails()
    {
        var actor = Start(Options with { AllowLists = [], BlockLists = [List("block.example.org")] });
        await EventFilter.Warning(contains: "its clients pass").ExpectAsync(2, async () =>
        {
            await FailAfterAsync(actor, TimeSpan.Zero);
            await FailAfterAsync(actor, TimeSpan.FromSeconds(59));
            await FailAfterAsync(actor, TimeSpan.FromSeconds(10));
        });
    }

    [Fact]
    public async Task Actor_should_remember_no_more_clients_than_the_setting_says()
    {
        var actor = Start(Options with { AllowLists = [], BlockLists = [List("block.example.org")], MaxCached = 2 });
        foreach (var host in new byte[] { 1, 2, 3 })
            await Learn(host);
        // The third took the place of the first, and the second is still there.
        await ExpectAsync(actor, IPAddress.Parse("192.0.2.2"), null);
        await Learn(1);
        Assert.Equal(4, Asked);

        async Task Learn(byte host)
        {
            var client = new IPAddress([192, 0, 2, host]);
            actor.Tell(new DnsListProtocol.CheckClient(client), TestActor);
            await AnswerAsync("block", NotThere, $"{host}.2.0.192");
            await ExpectMsgAsync(new DnsListProtocol.ClientChecked(client, null));
        }
    }

    private int Asked
    {
        get
        {
            lock (_questions)
                return _asked.Count;
        }
    }

    private static DnsList List(string text)
    {
        Assert.True(DnsList.TryParse(text, out var list));
        return list!;
    }

    private static DnsAnswer Answer(string address, TimeSpan? timeToLive = null) =>
        new([IPAddress.Parse(address)], timeToLive ?? TimeSpan.FromHours(1));

    private static DnsListProtocol.ClientChecked Checked(string zone, string answer) =>
        new(Client, new Listing(zone, IPAddress.Parse(answer)));

    private void Ask(IActorRef actor) => actor.Tell(new DnsListProtocol.CheckClient(Client), TestActor);

    private async Task ExpectAsync(IActorRef actor, IPAddress client, Listing? listing)
    {
        actor.Tell(new DnsListProtocol.CheckClient(client), TestActor);
        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(client, listing));
    }

    private IActorRef Start(DnsListOptions options)
    {
        var time = new VirtualTime(Sys.Scheduler);
        return Sys.ActorOf(Props.Create(() => new DnsListActor(options, NetworkSet.Loopback, Query, time)));
    }

    private Task<DnsAnswer> Query(string name)
    {
        lock (_questions)
        {
            _asked.Add(name);
            return (_questions[name] = new TaskCompletionSource<DnsAnswer>()).Task;
        }
    }

    private async Task AnswerAsync(string list, DnsAnswer answer, string client = Name) =>
        (await Question(list, client)).SetResult(answer);

    private async Task FailAsync(string list) => (await Question(list, Name)).SetException(new IOException("no route"));

    private async Task FailAfterAsync(IActorRef actor, TimeSpan time)
    {
        Clock.Advance(time);
        Ask(actor);
        await FailAsync("block");
        await ExpectMsgAsync(new DnsListProtocol.ClientChecked(Client, null));
    }

    private async Task<TaskCompletionSource<DnsAnswer>> Question(string list, string client)
    {
        TaskCompletionSource<DnsAnswer>? question = null;
        await AwaitAssertAsync(() =>
        {
            lock (_questions)
                Assert.True(_questions.Remove($"{client}.{list}.example.org", out question));
        });
        return question!;
    }
}
