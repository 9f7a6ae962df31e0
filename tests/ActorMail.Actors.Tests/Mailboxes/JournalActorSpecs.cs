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

/// <summary>The one writer of the journal, over a disk that fails when a test says so; time is virtual.</summary>
public sealed class JournalActorSpecs(ITestOutputHelper output) : TestKit(VirtualTime.Config, output: output)
{
    private readonly MailboxName _ann = TemporaryStore.NameOf("ann@example.org");
    private readonly MailboxName _bob = TemporaryStore.NameOf("bob@example.org");

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    [Requirement("D1")]
    public async Task Records_that_come_during_a_flush_should_be_flushed_together()
    {
        var store = new SimulatedStore(this);
        using var gate = new Gate(store.Disk, IsJournal);
        store.Reserve(_bob, "first");
        gate.AwaitReached();
        var before = store.Disk.JournalFlushes;
        for (var i = 0; i < 20; i++)
            store.Reserve(_bob, $"{i}");
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        gate.Open();

        for (var i = 0; i < 21; i++)
            await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        Assert.InRange(store.Disk.JournalFlushes - before, 1, 3);
    }

    [Fact]
    public async Task A_mailbox_should_hear_once_of_all_its_changes_in_a_batch()
    {
        var (store, mailboxes) = (new SimulatedStore(this), CreateTestProbe());
        using var mailbox = store.Store.OpenMailbox(_bob);
        using var gate = new Gate(store.Disk, IsJournal);
        Append(store, mailboxes, MailboxRecord.Deliver([mailbox.Reserve(store.Store.Draft("a: b\n\n1\n"))]));
        gate.AwaitReached();
        for (var i = 2; i <= 5; i++)
            Append(store, mailboxes, MailboxRecord.Deliver([mailbox.Reserve(store.Store.Draft($"a: b\n\n{i}\n"))]));

        gate.Open();

        await mailboxes.ExpectMsgAsync(new MailboxProtocol.ChangesSettled(_bob));
        await mailboxes.ExpectMsgAsync(new MailboxProtocol.ChangesSettled(_bob));
        await mailboxes.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        Assert.Equal([1u, 2, 3, 4, 5], mailbox.Settle().Cast<AppendChange>().Select(change => change.Uid));
    }

    [Fact]
    [Requirement("D2")]
    public async Task Flags_should_be_seen_and_kept_once_their_record_is_durable()
    {
        var (store, mailboxes) = (new SimulatedStore(this), CreateTestProbe());
        using var mailbox = store.Store.OpenMailbox(_bob);
        Append(store, mailboxes, MailboxRecord.Deliver([mailbox.Reserve(store.Store.Draft("a: b\n\nc\n"))]));
        await mailboxes.ExpectMsgAsync<MailboxProtocol.ChangesSettled>();
        mailbox.Settle();

        Append(store, mailboxes, MailboxRecord.SetFlags(
            mailbox.ReserveFlags([1], FlagChange.Add(MessageMarks.Seen))!));
        await mailboxes.ExpectMsgAsync<MailboxProtocol.ChangesSettled>();

        Assert.Equal(MessageMarks.None, mailbox.View.Messages[0].Flags);
        mailbox.Settle();
        Assert.Equal(MessageMarks.Seen, mailbox.View.Messages[0].Flags);
        Assert.Equal(MessageMarks.Seen, store.AfterKill(next =>
        {
            using var again = next.OpenMailbox(_bob);
            return again.View.Messages[0].Flags;
        }));
    }

    [Fact]
    [Requirement("D1", "R5321-4.2.5-a")]
    public async Task A_flush_that_fails_should_refuse_its_mail_for_good_and_the_next_should_be_taken()
    {
        var store = new SimulatedStore(this);
        var failures = 1;
        store.Disk.BeforeFlush = path =>
        {
            if (IsJournal(path) && Interlocked.Decrement(ref failures) == 0)
                throw new IOException("Input/output error.");
        };

        await EventFilter.Exception<IOException>().ExpectOneAsync(async () =>
        {
            store.Reserve(_bob, "refused");
            await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_bob, "refused", AppendFault.StoreFailed));
        });
        store.Reserve(_bob, "taken");

        Assert.Equal(1u, (await ExpectMsgAsync<MailboxProtocol.AppendCommitted>()).Uid);
        Assert.Equal(["taken"], store.SubjectsAfterKill(_bob));
    }

    [Fact]
    [Requirement("D1", "R5321-4.2.5-a")]
    public async Task Mail_whose_refusal_is_not_certain_should_wait_for_the_disk_and_what_comes_meanwhile_not()
    {
        var store = new SimulatedStore(this);
        store.Disk.BeforeFlush = path =>
        {
            if (IsJournal(path))
                throw new IOException("Input/output error.");
        };
        await EventFilter.Exception<IOException>().ExpectOneAsync(async () =>
        {
            store.Reserve(_ann, "doubtful");
            await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        });
        store.Reserve(_bob, "refused");
        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_bob, "refused", AppendFault.StoreFailed));
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        store.Disk.BeforeFlush = _ => { };
        Clock.Advance(TimeSpan.FromSeconds(1));

        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_ann, "doubtful", AppendFault.StoreFailed));
        store.Reserve(_ann, "taken");
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        Assert.Equal(["taken"], store.SubjectsAfterKill(_ann));
    }

    [Fact]
    [Requirement("K8")]
    public async Task A_fault_that_is_none_of_the_disks_should_refuse_its_mail_for_good_as_well()
    {
        var store = new SimulatedStore(this);
        var failures = 1;
        store.Disk.BeforeFlush = path =>
        {
            if (IsJournal(path) && Interlocked.Decrement(ref failures) == 0)
                throw new InvalidOperationException("for the test");
        };
        store.Reserve(_bob, "refused");
        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_bob, "refused", AppendFault.StoreFailed));

        store.Reserve(_bob, "taken");

        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        Assert.Equal(["taken"], store.SubjectsAfterKill(_bob));
    }

    [Fact]
    [Requirement("D5")]
    public async Task A_ring_that_is_full_should_wait_for_mailboxes_that_are_late()
    {
        var store = new SimulatedStore(this);
        await FillAsync(store);
        store.Reserve(_ann, "late", octets: 8_000);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        Unlock(store, _bob);

        await AwaitAssertAsync(async () =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(200));
            await ExpectMsgAsync<MailboxProtocol.AppendCommitted>(TimeSpan.FromMilliseconds(100));
        });
        Assert.Equal(["late"], store.SubjectsIn(_ann));
    }

    [Fact]
    [Requirement("D5")]
    public async Task A_ring_that_stays_full_should_refuse_mail_until_it_can_be_emptied()
    {
        var store = new SimulatedStore(this);
        var filled = await FillAsync(store);
        store.Reserve(_ann, "refused", octets: 8_000);

        await AwaitAssertAsync(async () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await ExpectMsgAsync(
                new MailboxProtocol.AppendRefused(_ann, "refused", AppendFault.StoreFailed),
                TimeSpan.FromMilliseconds(100));
        });
        store.Reserve(_ann, "at once", octets: 8_000);
        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_ann, "at once", AppendFault.StoreFailed));
        Unlock(store, _bob);
        await AwaitAssertAsync(() =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(filled, store.SubjectsIn(_bob).Count());
        });

        store.Reserve(_ann, "taken", octets: 8_000);

        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        Assert.Equal(["taken"], store.SubjectsAfterKill(_ann));
    }

    [Fact]
    public async Task A_checkpoint_should_free_the_ring_when_there_is_nothing_to_do()
    {
        var store = new SimulatedStore(this);
        store.Reserve(_bob, "1");
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        Assert.True(store.Store.HasUncheckpointed);

        await AwaitAssertAsync(() =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.False(store.Store.HasUncheckpointed);
        });

        Assert.Equal(0.25, store.Store.JournalBusyShare);
    }

    [Fact]
    public async Task An_index_that_fails_to_flush_should_be_replaced_and_the_ring_freed_after_it()
    {
        var store = new SimulatedStore(this);
        store.Reserve(_bob, "1");
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        var failures = 1;
        store.Disk.BeforeFlush = path =>
        {
            if (path == SimulatedStore.IndexOf(_bob) && Interlocked.Decrement(ref failures) == 0)
                throw new IOException("Input/output error.");
        };

        await AwaitAssertAsync(() =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.False(store.Store.HasUncheckpointed);
        });

        Assert.True(failures <= 0);
        store.Disk.Change(disk => disk.Restart(wasPowerCut: true));
        Assert.Equal(["1"], store.SubjectsIn(_bob));
    }

    [Fact]
    public async Task A_busy_server_should_flush_mailbox_files_too()
    {
        var store = new SimulatedStore(this);
        var flushes = 0;
        store.Disk.BeforeFlush = path => flushes += path == SimulatedStore.PathOf(_bob) ? 1 : 0;
        for (var i = 0; i < 12; i++)
        {
            store.Reserve(_bob, $"{i}");
            await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await AwaitAssertAsync(() => Assert.True(Volatile.Read(ref flushes) > 0));
    }

    [Fact]
    [Requirement("D9")]
    public async Task A_journal_that_stops_should_refuse_what_waits_and_say_so()
    {
        var store = new SimulatedStore(this);
        await FillAsync(store);
        store.Reserve(_ann, "waits", octets: 8_000);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        Sys.Stop(store.Actors.Journal);

        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_ann, "waits", AppendFault.StoreFailed));
    }

    [Fact]
    [Requirement("D9")]
    public async Task A_store_should_not_end_while_a_checkpoint_of_it_is_under_way()
    {
        var store = new SimulatedStore(this);
        store.Reserve(_bob, "kept");
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        using var gate = new Gate(store.Disk, path => path == SimulatedStore.PathOf(_bob));
        Clock.Advance(TimeSpan.FromSeconds(3));
        gate.AwaitReached();
        await store.Actors.Journal.GracefulStop(TimeSpan.FromSeconds(10));
        await store.Actors.Mailboxes.GracefulStop(TimeSpan.FromSeconds(10));

        _ = Task.Run(store.Store.Dispose).PipeTo(TestActor, success: () => "ended");
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        gate.Open();
        await ExpectMsgAsync("ended");

        store.Disk.BeforeFlush = _ => { };
        store.Disk.Change(disk => disk.Restart(wasPowerCut: true));
        Assert.Equal(["kept"], store.SubjectsAfterKill(_bob));
    }

    private static bool IsJournal(string path) => path.StartsWith("/data/journal/", StringComparison.Ordinal);

    private static void Append(SimulatedStore store, IActorRef mailboxes, MailboxRecord record) =>
        store.Actors.Journal.Tell(new JournalProtocol.Append(record, mailboxes));

    private static void Unlock(SimulatedStore store, MailboxName mailbox) =>
        store.Disk.Change(disk => disk.LockAsOthers(SimulatedStore.PathOf(mailbox), isLocked: false));

    /// <summary>Another program holds the lock of bob's mailbox, and his mail is in the journal alone.</summary>
    private async Task<int> FillAsync(SimulatedStore store)
    {
        store.Reserve(_bob, "first");
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        store.Disk.Change(disk => disk.LockAsOthers(SimulatedStore.PathOf(_bob), isLocked: true));
        var count = 1;
        while (store.Store.JournalBusyShare < 1)
        {
            store.Reserve(_bob, $"{count++}", octets: 6_000);
            await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        }

        store.Reserve(_bob, $"{count++}", octets: 6_000);
        await ExpectMsgAsync<MailboxProtocol.AppendCommitted>();
        return count;
    }
}
