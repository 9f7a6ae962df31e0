using System.Collections.Immutable;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Mailboxes;

/// <summary>One message into all of its mailboxes or into none. The mailboxes are a probe; time is virtual.</summary>
public sealed class DeliveryCoordinatorActorSpecs : TestKit
{
    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryStore _store = new();
    private readonly MailboxName _ann = TemporaryStore.NameOf("ann@example.org");
    private readonly MailboxName _bob = TemporaryStore.NameOf("bob@example.org");
    private readonly TestProbe _mailboxes;
    private readonly TestProbe _journal;
    private readonly IActorRef _coordinator;

    public DeliveryCoordinatorActorSpecs(ITestOutputHelper output) : base(VirtualTime.Config, output: output)
    {
        _mailboxes = CreateTestProbe("mailboxes");
        _journal = CreateTestProbe("journal");
        var (options, time) = (new MailboxOptions(), new VirtualTime(Sys.Scheduler));
        _coordinator = Sys.ActorOf(
            Props.Create(() => new DeliveryCoordinatorActor(_mailboxes, _journal, options, time)));
    }

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    [Requirement("D1")]
    public async Task One_recipient_should_be_answered_for_only_when_its_mailbox_has_committed()
    {
        Deliver("1", _bob);

        var asked = await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Assert.Equal((_bob, true), (asked.Mailbox, asked.IsAlone));
        await ExpectNoMsgAsync(AWhile);

        Answer(new MailboxProtocol.AppendCommitted(_bob, "1", 1));
        await ExpectMsgAsync(new DeliveryProtocol.MessageDelivered("1"));
    }

    [Fact]
    public async Task Several_recipients_should_be_reserved_one_after_the_other_by_name_and_bound_by_one_record()
    {
        Deliver("1", _bob, _ann);

        Assert.Equal(_ann, (await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>()).Mailbox);
        await _mailboxes.ExpectNoMsgAsync(AWhile);
        Answer(Reserved(_ann, "1"));
        Assert.Equal(_bob, (await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>()).Mailbox);
        await _mailboxes.ExpectNoMsgAsync(AWhile);
        Answer(Reserved(_bob, "1"));

        var asked = await _journal.ExpectMsgAsync<JournalProtocol.Append>();
        Assert.Equal((IActorRef)_mailboxes, asked.Mailboxes);
        Assert.Equal([_ann, _bob], asked.Record.Changes.Select(change => change.Mailbox));
        Answer(new MailboxProtocol.AppendCommitted(_ann, "1", 1));
        await ExpectNoMsgAsync(AWhile);
        Answer(new MailboxProtocol.AppendCommitted(_bob, "1", 9));
        await ExpectMsgAsync(new DeliveryProtocol.MessageDelivered("1"));
    }

    [Fact]
    [Requirement("R5321-4.2.5-a")]
    public async Task A_refusal_should_abort_what_the_others_have_reserved()
    {
        Deliver("1", _ann, _bob);
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Answer(Reserved(_ann, "1"));
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();

        Answer(new MailboxProtocol.AppendRefused(_bob, "1", AppendFault.StoreFull));

        await ExpectMsgAsync(new DeliveryProtocol.DeliveryFailed("1", _bob, AppendFault.StoreFull));
        await _mailboxes.ExpectMsgAsync(new MailboxProtocol.AbortAppend(_ann, "1"));
    }

    [Fact]
    [Requirement("R2033-4.2-b")]
    public async Task Where_some_will_do_the_others_should_have_their_copies()
    {
        DeliverToSome("1", _ann, _bob);
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Answer(new MailboxProtocol.AppendRefused(_ann, "1", AppendFault.TooManyPending));
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Answer(Reserved(_bob, "1"));

        var asked = await _journal.ExpectMsgAsync<JournalProtocol.Append>();
        Assert.Equal(_bob, Assert.Single(asked.Record.Changes).Mailbox);
        Answer(new MailboxProtocol.AppendCommitted(_bob, "1", 9));
        var delivered = await ExpectMsgAsync<DeliveryProtocol.MessageDelivered>();
        Assert.Equal([KeyValuePair.Create(_ann, AppendFault.TooManyPending)], delivered.Refused);
    }

    [Fact]
    [Requirement("R2033-4.2-b", "D8")]
    public async Task A_recipient_of_several_mailboxes_should_have_all_of_its_copies_or_none()
    {
        var carl = TemporaryStore.NameOf("carl@example.org");
        _coordinator.Tell(
            new DeliveryProtocol.DeliverMessage("1", [_ann, _bob, carl], EmptyDraft())
            {
                Groups = [[_ann, _bob], [carl]],
            },
            TestActor);
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Answer(Reserved(_ann, "1"));
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Answer(new MailboxProtocol.AppendRefused(_bob, "1", AppendFault.TooManyPending));
        await _mailboxes.ExpectMsgAsync(new MailboxProtocol.AbortAppend(_ann, "1"));
        Answer(new MailboxProtocol.AppendRefused(_ann, "1", AppendFault.Aborted));
        Assert.Equal(carl, (await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>()).Mailbox);
        Answer(Reserved(carl, "1"));

        var asked = await _journal.ExpectMsgAsync<JournalProtocol.Append>();
        Assert.Equal(carl, Assert.Single(asked.Record.Changes).Mailbox);
        Answer(new MailboxProtocol.AppendCommitted(carl, "1", 1));
        var delivered = await ExpectMsgAsync<DeliveryProtocol.MessageDelivered>();
        Assert.Equal([_ann, _bob], delivered.Refused.Keys.OrderBy(it => it.Value));
    }

    [Fact]
    [Requirement("R2033-4.2-b", "D8")]
    public async Task A_recipient_whose_only_copies_were_taken_back_should_fail()
    {
        _coordinator.Tell(
            new DeliveryProtocol.DeliverMessage("1", [_ann, _bob], EmptyDraft()) { Groups = [[_ann, _bob]] },
            TestActor);
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Answer(Reserved(_ann, "1"));
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Answer(new MailboxProtocol.AppendRefused(_bob, "1", AppendFault.TooManyPending));
        await _mailboxes.ExpectMsgAsync(new MailboxProtocol.AbortAppend(_ann, "1"));
        Answer(new MailboxProtocol.AppendRefused(_ann, "1", AppendFault.Aborted));

        await ExpectMsgAsync<DeliveryProtocol.DeliveryFailed>();
        await _journal.ExpectNoMsgAsync(AWhile);
    }

    [Fact]
    [Requirement("R2033-4.2-b")]
    public async Task Where_some_would_do_and_none_can_the_reasons_should_be_told_apart()
    {
        DeliverToSome("1", _ann, _bob);
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Answer(new MailboxProtocol.AppendRefused(_ann, "1", AppendFault.TooManyPending));
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Answer(new MailboxProtocol.AppendRefused(_bob, "1", AppendFault.StoreFull));

        var failed = await ExpectMsgAsync<DeliveryProtocol.DeliveryFailed>();
        Assert.Equal((_bob, AppendFault.StoreFull), (failed.Mailbox, failed.Reason));
        Assert.Equal(AppendFault.TooManyPending, failed.Refused[_ann]);
        await _journal.ExpectNoMsgAsync(AWhile);
    }

    [Fact]
    public async Task A_copy_with_trace_fields_of_its_own_should_be_offered_under_them()
    {
        var draft = new MessageDraft("", new byte[] { 1 }, new MessageBody(), DateTimeOffset.UnixEpoch);
        var own = ImmutableDictionary<MailboxName, ReadOnlyMemory<byte>>.Empty.Add(_ann, new byte[] { 2 });
        _coordinator.Tell(
            new DeliveryProtocol.DeliverMessage("1", [_ann, _bob], draft) { Prefixes = own }, TestActor);

        Assert.Equal([2], (await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>()).Draft.Prefix.ToArray());
        Answer(Reserved(_ann, "1"));
        Assert.Equal([1], (await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>()).Draft.Prefix.ToArray());
    }

    [Fact]
    public async Task A_silent_mailbox_should_be_given_up_and_told_so()
    {
        Deliver("1", _ann, _bob);
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Answer(Reserved(_ann, "1"));
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();

        Clock.Advance(TimeSpan.FromSeconds(46));

        var aborted = await _mailboxes.ReceiveNAsync(2, default).Cast<MailboxProtocol.AbortAppend>().ToListAsync();
        Assert.Equal([_ann, _bob], aborted.Select(it => it.Mailbox).OrderBy(it => it.Value));
        await ExpectMsgAsync(new DeliveryProtocol.DeliveryFailed("1", _bob, AppendFault.Aborted));
    }

    [Fact]
    public async Task A_reservation_that_comes_after_the_failure_should_be_aborted()
    {
        Deliver("1", _ann, _bob);
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Clock.Advance(TimeSpan.FromSeconds(46));
        await _mailboxes.ExpectMsgAsync(new MailboxProtocol.AbortAppend(_ann, "1"));
        await ExpectMsgAsync<DeliveryProtocol.DeliveryFailed>();

        Answer(Reserved(_ann, "1"));

        await _mailboxes.ExpectMsgAsync(new MailboxProtocol.AbortAppend(_ann, "1"));
    }

    [Fact]
    public async Task A_mailbox_that_never_answers_should_be_forgotten_in_the_end()
    {
        Deliver("1", _ann, _bob);
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        Clock.Advance(TimeSpan.FromSeconds(46));
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.AbortAppend>();

        Clock.Advance(TimeSpan.FromSeconds(46));
        Answer(Reserved(_ann, "1"));

        await _mailboxes.ExpectNoMsgAsync(AWhile);
    }

    [Fact]
    public async Task Deliveries_should_not_wait_for_each_other()
    {
        Deliver("1", _ann);
        Deliver("2", _ann);
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        await _mailboxes.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();

        Answer(new MailboxProtocol.AppendCommitted(_ann, "2", 2));

        await ExpectMsgAsync(new DeliveryProtocol.MessageDelivered("2"));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _store.Dispose();
    }

    private MailboxProtocol.AppendReserved Reserved(MailboxName mailbox, string id) =>
        new(mailbox, id, _store.Open(mailbox.Value).Reserve(_store.Draft("a: b\n\nc\n")));

    private void Answer(object message) => _coordinator.Tell(message, _mailboxes);

    private void Deliver(string id, params MailboxName[] mailboxes) =>
        _coordinator.Tell(new DeliveryProtocol.DeliverMessage(id, [.. mailboxes], EmptyDraft()), TestActor);

    private void DeliverToSome(string id, params MailboxName[] mailboxes)
    {
        var message = new DeliveryProtocol.DeliverMessage(id, [.. mailboxes], EmptyDraft())
        {
            Groups = [.. mailboxes.Select(mailbox => ImmutableArray.Create(mailbox))],
        };
        _coordinator.Tell(message, TestActor);
    }

    private static MessageDraft EmptyDraft() => new("", default, new MessageBody(), DateTimeOffset.UnixEpoch);
}
