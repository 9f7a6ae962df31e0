using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Mailboxes;

/// <summary>Who gets a mailbox to himself, and when; time is virtual.</summary>
public sealed class LockDeskSpecs : TestKit
{
    private static readonly LockTerms Patient = new() { Wait = TimeSpan.FromSeconds(10), MaxWaiting = 2 };
    private static readonly LockTerms Delayed = new() { Interval = TimeSpan.FromMinutes(15) };

    private readonly TemporaryStore _store = new();
    private readonly MailboxName _bob = TemporaryStore.NameOf("bob@example.org");
    private readonly StoreActors _actors;
    private readonly IActorRef _mailboxes;

    public LockDeskSpecs(ITestOutputHelper output) : base(VirtualTime.Config, output: output)
    {
        _actors = new StoreActors(Sys, _store.Store);
        _mailboxes = _actors.Mailboxes;
    }

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    [Requirement("R1939-4-c", "P2")]
    public async Task Who_waits_should_get_the_lock_in_the_order_of_coming()
    {
        var owner = await HolderAsync();
        var (first, second) = (Ask(Patient), Ask(Patient));

        Unlock(owner);
        await owner.ExpectMsgAsync(new MailboxProtocol.MailboxUnlocked(_bob));
        await first.ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        await second.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        Sys.Stop(first);
        await second.ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
    }

    [Fact]
    [Requirement("R1939-4-c", "R2449-8.1.2-a")]
    public async Task Who_would_not_wait_should_hear_at_once_that_it_is_busy()
    {
        await HolderAsync();
        await Ask(LockTerms.Default).ExpectMsgAsync(new MailboxProtocol.MailboxBusy(_bob));
    }

    [Fact]
    [Requirement("R2449-8.1.2-a")]
    public async Task Who_has_waited_long_enough_should_hear_that_it_is_busy_and_get_nothing_later()
    {
        var owner = await HolderAsync();
        var waiter = Ask(Patient);
        await QueuedAsync();

        Clock.Advance(TimeSpan.FromSeconds(9));
        await waiter.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await waiter.ExpectMsgAsync(new MailboxProtocol.MailboxBusy(_bob));

        Unlock(owner);
        await owner.ExpectMsgAsync<MailboxProtocol.MailboxUnlocked>();
        await Ask(LockTerms.Default).ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        await waiter.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    [Requirement("K1")]
    public async Task One_more_than_may_wait_should_hear_at_once_that_it_is_busy()
    {
        await HolderAsync();
        Ask(Patient);
        Ask(Patient);
        await Ask(Patient).ExpectMsgAsync(new MailboxProtocol.MailboxBusy(_bob));
    }

    [Fact]
    [Requirement("P2")]
    public async Task A_session_that_died_while_it_waited_should_be_passed_over()
    {
        var owner = await HolderAsync();
        var (dead, alive) = (Ask(Patient), Ask(Patient));
        await QueuedAsync();
        await WatchAsync(dead);
        Sys.Stop(dead);
        await ExpectTerminatedAsync(dead);

        Unlock(owner);

        await alive.ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
    }

    [Fact]
    [Requirement("P1", "P2")]
    public async Task Who_dies_behind_quit_should_keep_the_lock_until_the_deletions_are_done()
    {
        var stored = _store.Open("bob@example.org");
        _store.Deliver(stored, "Subject: 1\n\n1\n");
        stored.Dispose();
        var (journal, session, next) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var mailbox = CreateTestProbe().ChildActorOf(Props.Create(() => new MailboxActor(
            _store.Store, _bob, journal, new MailboxOptions(), new VirtualTime(Sys.Scheduler))));
        mailbox.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), session);
        await session.ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        mailbox.Tell(new MailboxProtocol.ExpungeAndUnlock(_bob, [1]), session);
        var deletion = await journal.ExpectMsgAsync<JournalProtocol.Append>();
        await WatchAsync(session);
        Sys.Stop(session);
        await ExpectTerminatedAsync(session);

        mailbox.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), next);
        await next.ExpectMsgAsync<MailboxProtocol.MailboxBusy>();
        Settle(deletion);
        Settle(await journal.ExpectMsgAsync<JournalProtocol.Append>());

        mailbox.Tell(new MailboxProtocol.LockMailbox(_bob, Patient), next);
        var answer = await next.FishForMessageAsync(message => message is not MailboxProtocol.MailboxBusy);
        Assert.Empty(Assert.IsType<MailboxProtocol.MailboxLocked>(answer).View.Messages);
        await mailbox.GracefulStop(TimeSpan.FromSeconds(10));

        void Settle(JournalProtocol.Append append)
        {
            _store.Store.Append([append.Record]);
            mailbox.Tell(new MailboxProtocol.ChangesSettled(_bob), journal);
        }
    }

    [Fact]
    public async Task Nobody_should_get_in_front_of_who_waits()
    {
        var owner = await HolderAsync();
        var waiter = Ask(Patient);
        await QueuedAsync();

        Unlock(owner);
        var late = Ask(LockTerms.Default);

        await waiter.ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        await late.ExpectMsgAsync<MailboxProtocol.MailboxBusy>();
    }

    [Fact]
    [Requirement("R2449-6.5-a")]
    public async Task Who_comes_back_too_soon_should_hear_how_long_to_stay_away()
    {
        var owner = await HolderAsync(Delayed);
        Unlock(owner);
        await owner.ExpectMsgAsync<MailboxProtocol.MailboxUnlocked>();

        Clock.Advance(TimeSpan.FromMinutes(5));
        await Ask(Delayed).ExpectMsgAsync(new MailboxProtocol.MailboxUsedLately(_bob, TimeSpan.FromMinutes(10)));
        Clock.Advance(TimeSpan.FromMinutes(10));
        await Ask(Delayed).ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
    }

    [Fact]
    [Requirement("R2449-6.5-a")]
    public async Task A_mailbox_should_not_be_let_go_while_it_remembers_a_login()
    {
        var (parent, session) = (CreateTestProbe(), CreateTestProbe());
        var mailbox = parent.ChildActorOf(_actors.MailboxProps(_bob));
        mailbox.Tell(new MailboxProtocol.LockMailbox(_bob, Delayed), session);
        await session.ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        mailbox.Tell(new MailboxProtocol.ExpungeAndUnlock(_bob, []), session);
        await session.ExpectMsgAsync<MailboxProtocol.MailboxUnlocked>();

        Clock.Advance(TimeSpan.FromMinutes(14));
        await parent.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Clock.Advance(TimeSpan.FromMinutes(6));

        await parent.ExpectMsgAsync<MailboxProtocol.Passivate>();
    }

    [Fact]
    [Requirement("R1939-4-d")]
    public async Task Who_waits_should_hear_of_it_when_the_mailbox_ends()
    {
        var owner = await HolderAsync();
        var waiter = Ask(Patient);
        await QueuedAsync();

        Sys.Stop(_mailboxes);

        await waiter.ExpectMsgAsync(new MailboxProtocol.MailboxUnavailable(_bob));
        await owner.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _store.Dispose();
    }

    private async Task<TestProbe> HolderAsync(LockTerms? terms = null)
    {
        var holder = Ask(terms ?? LockTerms.Default);
        await holder.ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        return holder;
    }

    private TestProbe Ask(LockTerms terms)
    {
        var session = CreateTestProbe();
        _mailboxes.Tell(new MailboxProtocol.LockMailbox(_bob, terms), session);
        return session;
    }

    private void Unlock(TestProbe owner) =>
        _mailboxes.Tell(new MailboxProtocol.ExpungeAndUnlock(_bob, []), owner);

    /// <summary>What was asked before has been taken up: this answer comes behind it.</summary>
    private async Task QueuedAsync() =>
        await Ask(LockTerms.Default).ExpectMsgAsync<MailboxProtocol.MailboxBusy>();
}
