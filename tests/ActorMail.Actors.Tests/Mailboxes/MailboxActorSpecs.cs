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

/// <summary>The one owner of a mailbox file, over a real store; time is virtual.</summary>
public sealed class MailboxActorSpecs : TestKit
{
    private const string Mail = "Subject: Late\n\nI shall be too late!\n";
    private const string Foreign = "Subject: Foreign\n\nby cat\n";

    private readonly TemporaryStore _store = new();
    private readonly MailboxName _bob = TemporaryStore.NameOf("bob@example.org");
    private readonly StoreActors _actors;
    private readonly IActorRef _mailboxes;

    public MailboxActorSpecs(ITestOutputHelper output) : base(VirtualTime.Config, output: output)
    {
        _actors = new StoreActors(Sys, _store.Store);
        _mailboxes = _actors.Mailboxes;
    }

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    [Requirement("D1", "D8")]
    public async Task Every_delivery_should_be_in_the_file_once_it_is_committed()
    {
        for (var i = 0; i < 100; i++)
            Reserve($"{i}", alone: true);

        var uids = new List<uint>();
        for (var i = 0; i < 100; i++)
            uids.Add((await ExpectMsgAsync<MailboxProtocol.AppendCommitted>()).Uid);

        Assert.Equal(Enumerable.Range(1, 100).Select(uid => (uint)uid), uids);
        Assert.Equal(100, _store.Count("bob@example.org"));
    }

    [Fact]
    public async Task A_reservation_should_hold_what_comes_later_until_it_is_committed()
    {
        Reserve("first", alone: false);
        var reserved = await ExpectMsgAsync<MailboxProtocol.AppendReserved>();
        Assert.Equal((_bob, "first"), (reserved.Mailbox, reserved.DeliveryId));
        Reserve("second", alone: true);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        _actors.Journal.Tell(new JournalProtocol.Append(MailboxRecord.Deliver([reserved.Change]), _mailboxes));

        Assert.Equal("first", (await ExpectMsgAsync<MailboxProtocol.AppendCommitted>()).DeliveryId);
        Assert.Equal("second", (await ExpectMsgAsync<MailboxProtocol.AppendCommitted>()).DeliveryId);
    }

    [Fact]
    [Requirement("R5321-4.1.1.4-d")]
    public async Task An_aborted_reservation_should_leave_nothing_behind()
    {
        Reserve("kept", alone: true);
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        var before = _store.Read("bob@example.org");
        Reserve("dropped", alone: false);
        await ExpectMsgAsync<MailboxProtocol.AppendReserved>();

        _mailboxes.Tell(new MailboxProtocol.AbortAppend(_bob, "dropped"), TestActor);

        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_bob, "dropped", AppendFault.Aborted));
        Assert.Equal(before, _store.Read("bob@example.org"));
    }

    [Fact]
    public async Task A_reservation_that_nobody_ends_should_be_dropped_after_a_while()
    {
        Reserve("orphan", alone: false);
        await ExpectMsgAsync<MailboxProtocol.AppendReserved>();
        Reserve("next", alone: true);

        Clock.Advance(TimeSpan.FromSeconds(45));

        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_bob, "orphan", AppendFault.Aborted));
        Assert.Equal("next", (await ExpectMsgAsync<MailboxProtocol.AppendCommitted>()).DeliveryId);
    }

    [Fact]
    [Requirement("P2", "R1939-4-c")]
    public async Task The_lock_should_be_one_sessions_until_it_dies()
    {
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        _mailboxes.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), first);
        await first.ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        _mailboxes.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), second);
        await second.ExpectMsgAsync(new MailboxProtocol.MailboxBusy(_bob));

        Sys.Stop(first);

        await AwaitAssertAsync(async () =>
        {
            _mailboxes.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), second);
            await second.ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        });
    }

    [Fact]
    [Requirement("P3", "R1939-6-e", "D8")]
    public async Task Mail_should_come_in_while_the_mailbox_is_locked_and_survive_the_deletions()
    {
        Reserve("old", alone: true);
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        var view = await LockAsync();
        Reserve("new", alone: true);
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();

        _mailboxes.Tell(new MailboxProtocol.ExpungeAndUnlock(_bob, [view.Messages[0].Uid]), TestActor);
        await ExpectMsgAsync(new MailboxProtocol.MailboxUnlocked(_bob));

        var left = Assert.Single((await LockAsync()).Messages);
        Assert.Equal(2u, left.Uid);
        Assert.Equal(1, _store.Count("bob@example.org"));
    }

    [Fact]
    public async Task A_message_should_be_fetched_only_by_who_has_the_lock()
    {
        Reserve("1", alone: true);
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        await LockAsync();
        _mailboxes.Tell(new MailboxProtocol.FetchMessage(_bob, 1), TestActor);
        var slice = (await ExpectMsgAsync<MailboxProtocol.MessageFetched>()).Slice;
        var stranger = CreateTestProbe();

        _mailboxes.Tell(new MailboxProtocol.FetchMessage(_bob, 1), stranger);

        await stranger.ExpectMsgAsync<MailboxProtocol.MessageNotFetched>();
        var octets = new byte[slice.Length];
        slice.Read(octets, 0);
        Assert.Equal(Mail, System.Text.Encoding.Latin1.GetString(octets));
    }

    [Fact]
    public async Task Messages_behind_a_fetched_one_should_come_with_it_up_to_a_long_one()
    {
        foreach (var mail in (string[])[Mail, Mail, Mail, Mail + new string('x', 100), Mail])
        {
            _mailboxes.Tell(
                new MailboxProtocol.ReserveAppend(_bob, mail, _store.Draft(mail), IsAlone: true), TestActor);
            await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        }

        await LockAsync();
        await ExpectAheadOf(1, count: 10, 2, 3);
        await ExpectAheadOf(1, count: 1, 2);
        await ExpectAheadOf(4, count: 10, 5);
        await ExpectAheadOf(5, count: 10);
        await ExpectAheadOf(1, count: 0);
    }

    [Fact]
    public async Task A_message_that_another_program_wrote_over_should_not_be_fetched()
    {
        Reserve("1", alone: true);
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        await LockAsync();
        var octets = await File.ReadAllBytesAsync(_store.PathOf("bob@example.org"));
        octets.AsSpan(octets.Length - 12).Fill((byte)'x');
        await File.WriteAllBytesAsync(_store.PathOf("bob@example.org"), octets);

        _mailboxes.Tell(new MailboxProtocol.FetchMessage(_bob, 1), TestActor);

        await ExpectMsgAsync(new MailboxProtocol.MessageNotFetched(_bob, 1));
    }

    [Fact]
    [Requirement("P1")]
    public async Task Deletions_without_the_lock_should_fail()
    {
        Reserve("1", alone: true);
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();

        _mailboxes.Tell(new MailboxProtocol.ExpungeAndUnlock(_bob, [1]), TestActor);

        await ExpectMsgAsync(new MailboxProtocol.ExpungeFailed(_bob));
        Assert.Equal(1, _store.Count("bob@example.org"));
    }

    [Fact]
    [Requirement("K8", "R1939-6-c", "R1939-6-d")]
    public async Task A_file_reordered_from_outside_should_keep_its_mail_and_the_session_should_hear_so()
    {
        Reserve("first", alone: true);
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        _mailboxes.Tell(new MailboxProtocol.ReserveAppend(_bob, "second", _store.Draft(Foreign), true), TestActor);
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        await LockAsync();
        var text = _store.Read("bob@example.org");
        var second = text.IndexOf("\nFrom ", StringComparison.Ordinal) + 1;
        await File.WriteAllTextAsync(_store.PathOf("bob@example.org"), text[second..] + text[..second]);

        _mailboxes.Tell(new MailboxProtocol.ExpungeAndUnlock(_bob, [1]), TestActor);

        await ExpectMsgAsync(new MailboxProtocol.ExpungeFailed(_bob));
        Assert.Equal(2, _store.Count("bob@example.org"));
        Assert.Equal(2, (await LockAsync()).Messages.Length);
    }

    [Fact]
    [Requirement("D8", "P3")]
    public async Task Mail_that_another_program_appends_should_survive_the_deletions_of_a_session()
    {
        Reserve("first", alone: true);
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        await LockAsync();
        await File.AppendAllTextAsync(
            _store.PathOf("bob@example.org"), $"From x Tue Nov 24 01:00:00 2026\n{Foreign}\n");

        _mailboxes.Tell(new MailboxProtocol.ExpungeAndUnlock(_bob, [1]), TestActor);

        await ExpectMsgAsync(new MailboxProtocol.MailboxUnlocked(_bob));
        Assert.EndsWith($"\n{Foreign}\n", _store.Read("bob@example.org"));
        Assert.Equal(2u, Assert.Single((await LockAsync()).Messages).Uid);
    }

    [Fact]
    public async Task A_mailbox_should_refuse_more_deliveries_than_may_wait()
    {
        var mailboxes = new StoreActors(Sys, _store.Store, new MailboxOptions { MaxPendingDeliveries = 2 }).Mailboxes;
        var ann = TemporaryStore.NameOf("ann@example.org");
        mailboxes.Tell(new MailboxProtocol.ReserveAppend(ann, "0", _store.Draft(Mail), IsAlone: false), TestActor);
        await ExpectMsgAsync<MailboxProtocol.AppendReserved>();
        for (var i = 1; i <= 3; i++)
        {
            mailboxes.Tell(
                new MailboxProtocol.ReserveAppend(ann, $"{i}", _store.Draft(Mail), IsAlone: true), TestActor);
        }

        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(ann, "3", AppendFault.TooManyPending));
    }

    [Fact]
    public async Task An_idle_mailbox_should_ask_to_be_let_go_but_not_while_it_is_locked()
    {
        var (parent, session) = (CreateTestProbe(), CreateTestProbe());
        var mailbox = parent.ChildActorOf(_actors.MailboxProps(_bob));
        mailbox.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), session);
        await session.ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        Clock.Advance(TimeSpan.FromMinutes(5));
        await parent.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        mailbox.Tell(new MailboxProtocol.ExpungeAndUnlock(_bob, []), session);
        await session.ExpectMsgAsync<MailboxProtocol.MailboxUnlocked>();
        Clock.Advance(TimeSpan.FromMinutes(5));

        await parent.ExpectMsgAsync<MailboxProtocol.Passivate>();
    }

    [Fact]
    [Requirement("D5")]
    public async Task A_full_store_should_refuse_mail_and_still_be_read()
    {
        using var full = new TemporaryStore(new StoreOptions { MinFreeSpace = long.MaxValue / 2 });
        var mailboxes = new StoreActors(Sys, full.Store).Mailboxes;

        mailboxes.Tell(new MailboxProtocol.ReserveAppend(_bob, "1", full.Draft(Mail), IsAlone: true), TestActor);
        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_bob, "1", AppendFault.StoreFull));

        mailboxes.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), TestActor);
        await ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        await mailboxes.GracefulStop(TimeSpan.FromSeconds(10));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _store.Dispose();
    }

    private async Task ExpectAheadOf(uint uid, int count, params uint[] ahead)
    {
        _mailboxes.Tell(new MailboxProtocol.FetchMessage(_bob, uid, count, Mail.Length), TestActor);
        var fetched = await ExpectMsgAsync<MailboxProtocol.MessageFetched>();
        Assert.Equal(ahead, fetched.Ahead.Select(slice => slice.Uid));
    }

    private void Reserve(string id, bool alone) => _mailboxes.Tell(
        new MailboxProtocol.ReserveAppend(_bob, id, _store.Draft(Mail), alone), TestActor);

    private async Task<MailboxView> LockAsync()
    {
        _mailboxes.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), TestActor);
        return (await ExpectMsgAsync<MailboxProtocol.MailboxLocked>()).View;
    }
}
