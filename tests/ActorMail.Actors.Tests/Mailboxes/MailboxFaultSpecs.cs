using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Mailboxes;

/// <summary>Mailboxes whose disk fails or is full, or whose file another program has; time is virtual.</summary>
public sealed class MailboxFaultSpecs(ITestOutputHelper output) : TestKit(VirtualTime.Config, output: output)
{
    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(100);

    private readonly MailboxName _ann = TemporaryStore.NameOf("ann@example.org");
    private readonly MailboxName _bob = TemporaryStore.NameOf("bob@example.org");

    private TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    [Fact]
    [Requirement("D1", "D8")]
    public async Task Mail_should_be_acknowledged_while_another_program_has_the_file_and_written_when_it_lets_go()
    {
        var store = new SimulatedStore(this);
        await DeliverAsync(store, "before");
        SetLocked(store, true);

        await DeliverAsync(store, "meanwhile");

        Assert.Equal(["before"], store.SubjectsIn(_bob));
        SetLocked(store, false);
        await AwaitAssertAsync(() =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(200));
            Assert.Equal(["before", "meanwhile"], store.SubjectsIn(_bob));
        });
    }

    [Fact]
    [Requirement("D2", "D8")]
    public async Task Mail_that_waits_for_another_program_should_survive_a_kill()
    {
        var store = new SimulatedStore(this);
        await DeliverAsync(store, "before");
        SetLocked(store, true);
        await DeliverAsync(store, "meanwhile");

        Assert.Equal(["before", "meanwhile"], store.SubjectsAfterKill(_bob));
    }

    [Fact]
    [Requirement("D5", "F4")]
    public async Task A_mailbox_should_refuse_mail_when_too_much_waits_to_be_written()
    {
        var store = new SimulatedStore(this, SimulatedStore.Defaults with { MaxUnapplied = 3 });
        await DeliverAsync(store, "before");
        SetLocked(store, true);
        for (var i = 0; i < 3; i++)
            await DeliverAsync(store, $"{i}");

        store.Reserve(_bob, "refused");
        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_bob, "refused", AppendFault.TooManyPending));

        SetLocked(store, false);
        await AwaitAssertAsync(() =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(200));
            Assert.Equal(4, store.SubjectsIn(_bob).Count());
        });
        await DeliverAsync(store, "taken");
    }

    [Fact]
    [Requirement("D5")]
    public async Task A_full_disk_should_refuse_mail_and_be_read_and_take_mail_again_when_there_is_room()
    {
        var store = new SimulatedStore(this);
        await DeliverAsync(store, "before");
        store.Disk.Change(disk => disk.Faults.IsFull = true);
        // How much room there is is asked once a second.
        Clock.Advance(TimeSpan.FromSeconds(2));

        store.Reserve(_bob, "refused");
        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_bob, "refused", AppendFault.StoreFull));
        store.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default));
        Assert.Equal(1u, Assert.Single((await ExpectMsgAsync<MailboxProtocol.MailboxLocked>()).View.Messages).Uid);
        store.Tell(new MailboxProtocol.FetchMessage(_bob, 1));
        Assert.Contains("Subject: before", Text((await ExpectMsgAsync<MailboxProtocol.MessageFetched>()).Slice));

        store.Disk.Change(disk => disk.Faults.IsFull = false);
        Clock.Advance(TimeSpan.FromSeconds(2));
        await DeliverAsync(store, "taken");
        Assert.Equal(["before", "taken"], store.SubjectsAfterKill(_bob));
    }

    [Fact]
    [Requirement("D1", "D5")]
    public async Task A_disk_that_fills_up_before_the_server_knows_should_lose_nothing_that_was_acknowledged()
    {
        var store = new SimulatedStore(this);
        await DeliverAsync(store, "before");
        store.Disk.Change(disk => disk.Faults.IsFull = true);

        await DeliverAsync(store, "in the journal");

        Assert.DoesNotContain("in the journal", store.SubjectsIn(_bob));
        store.Disk.Change(disk => disk.Faults.IsFull = false);
        await AwaitAssertAsync(() =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(200));
            Assert.Equal(["before", "in the journal"], store.SubjectsIn(_bob));
        });
    }

    [Fact]
    [Requirement("D5", "R1939-6-c")]
    public async Task Deletions_should_go_through_on_a_full_disk()
    {
        var store = new SimulatedStore(this, SimulatedStore.Defaults with { CompactAtOnceSize = 0 });
        await DeliverAsync(store, "deleted");
        await DeliverAsync(store, "kept");
        store.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default));
        await ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        store.Disk.Change(disk => disk.Faults.IsFull = true);

        store.Tell(new MailboxProtocol.ExpungeAndUnlock(_bob, [1]));

        await ExpectMsgAsync(new MailboxProtocol.MailboxUnlocked(_bob));
        store.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default));
        Assert.Equal(2u, Assert.Single((await ExpectMsgAsync<MailboxProtocol.MailboxLocked>()).View.Messages).Uid);
    }

    [Fact]
    [Requirement("P1", "R1939-6-c", "R1939-6-d")]
    public async Task Deletions_that_the_journal_refuses_should_delete_nothing_and_give_the_lock_back()
    {
        var store = new SimulatedStore(this);
        await DeliverAsync(store, "first");
        await DeliverAsync(store, "second");
        store.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default));
        await ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        var failures = 1;
        store.Disk.BeforeFlush = path =>
        {
            if (path.Contains("/journal/", StringComparison.Ordinal) && Interlocked.Decrement(ref failures) == 0)
                throw new IOException("Input/output error.");
        };

        store.Tell(new MailboxProtocol.ExpungeAndUnlock(_bob, [1]));

        await ExpectMsgAsync(new MailboxProtocol.ExpungeFailed(_bob));
        store.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default));
        Assert.Equal(2, (await ExpectMsgAsync<MailboxProtocol.MailboxLocked>()).View.Messages.Length);
        Assert.Equal(["first", "second"], store.SubjectsAfterKill(_bob));
    }

    [Fact]
    public async Task An_index_should_be_replaced_when_the_journal_asks_for_it()
    {
        var store = new SimulatedStore(this);
        await DeliverAsync(store, "kept");
        var before = Inode(store);

        store.Tell(new MailboxProtocol.RenewIndex(_bob));

        await AwaitAssertAsync(() => Assert.NotEqual(before, Inode(store)));
        store.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default));
        Assert.Single((await ExpectMsgAsync<MailboxProtocol.MailboxLocked>()).View.Messages);
    }

    [Fact]
    [Requirement("K8")]
    public async Task A_mailbox_that_fails_while_it_holds_a_reservation_should_say_so_and_take_the_next()
    {
        var store = new SimulatedStore(this);
        await DeliverAsync(store, "before");
        store.Reserve(_bob, "dropped", isAlone: false);
        await ExpectMsgAsync<MailboxProtocol.AppendReserved>();
        FailOnce(store, "/meta/", new IOException("Input/output error."));

        store.Tell(new MailboxProtocol.RenewIndex(_bob));

        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_bob, "dropped", AppendFault.StoreFailed));
        await DeliverAsync(store, "taken");
    }

    [Fact]
    [Requirement("D8", "K8")]
    public async Task A_mailbox_that_restarts_should_answer_for_what_the_one_before_it_had_under_way()
    {
        var store = new SimulatedStore(this, SimulatedStore.Defaults with { SpoolThreshold = 1_000 });
        await DeliverAsync(store, "before");
        using var gate = new Gate(store.Disk, path => path.Contains("/journal/", StringComparison.Ordinal))
        {
            Failure = new InvalidOperationException("for the test"),
        };
        gate.FailNext("/spool/");
        store.Reserve(_bob, "in the journal");
        gate.AwaitReached();
        store.Reserve(_bob, "on its way");
        store.Reserve(_bob, "too much", octets: 2_000);
        store.Reserve(_bob, "behind it");

        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_bob, "too much", AppendFault.StoreFailed));
        gate.Open();

        HashSet<object> answers = [];
        for (var i = 0; i < 3; i++)
            answers.Add(await ExpectMsgAsync<object>());
        Assert.Contains(new MailboxProtocol.AppendCommitted(_bob, "in the journal", 2), answers);
        var committed = answers.OfType<MailboxProtocol.AppendCommitted>().Select(it => it.DeliveryId);
        var refused = answers.OfType<MailboxProtocol.AppendRefused>().Select(it => it.DeliveryId);
        Assert.Equal(["behind it", "in the journal", "on its way"], committed.Concat(refused).Order());
        Assert.Equal(committed.Prepend("before"), store.SubjectsAfterKill(_bob));
    }

    [Fact]
    [Requirement("D8", "K8")]
    public async Task A_mailbox_that_restarts_should_write_what_waits_for_another_program_without_being_asked()
    {
        var store = new SimulatedStore(this, SimulatedStore.Defaults with { SpoolThreshold = 1_000 });
        await DeliverAsync(store, "before");
        SetLocked(store, true);
        await DeliverAsync(store, "meanwhile");
        FailOnce(store, "/spool/", new InvalidOperationException("for the test"));
        store.Reserve(_bob, "too much", octets: 2_000);
        await ExpectMsgAsync(new MailboxProtocol.AppendRefused(_bob, "too much", AppendFault.StoreFailed));

        SetLocked(store, false);

        await AwaitAssertAsync(() =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(200));
            Assert.Equal(["before", "meanwhile"], store.SubjectsIn(_bob));
        });
    }

    [Fact]
    [Requirement("D8", "K8")]
    public async Task A_mailbox_that_cannot_be_opened_should_answer_as_soon_as_it_can()
    {
        var store = new SimulatedStore(this);
        await DeliverAsync(store, "before");
        using var gate = new Gate(store.Disk, path => path.Contains("/journal/", StringComparison.Ordinal));
        store.Reserve(_bob, "durable");
        gate.AwaitReached();
        gate.FailNext("/meta/");
        store.Tell(new MailboxProtocol.RenewIndex(_bob));
        store.Tell(new MailboxProtocol.LockMailbox(_ann, LockTerms.Default));
        await ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        store.Disk.Change(disk => disk.Faults.Read = 1);
        gate.Open();
        await ExpectNoMsgAsync(AWhile);

        store.Disk.Change(disk => disk.Faults.Read = 0);

        await AwaitAssertAsync(async () =>
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await ExpectMsgAsync(new MailboxProtocol.AppendCommitted(_bob, "durable", 2), AWhile);
        });
    }

    [Fact]
    public async Task A_mailbox_whose_new_index_is_not_safe_should_take_mail_as_soon_as_it_is()
    {
        var store = new SimulatedStore(this);
        await DeliverAsync(store, "before");
        var text = store.Disk.Read(SimulatedStore.PathOf(_bob));
        var marked = text.Replace("\n\nx", "\nStatus: RO\n\nx", StringComparison.Ordinal);
        store.Disk.Change(disk => disk.RewriteAsOthers(
            SimulatedStore.PathOf(_bob), System.Text.Encoding.Latin1.GetBytes(marked)));
        var flushes = 0;
        store.Disk.BeforeFlush = path =>
        {
            // The first makes the new index ready, the second puts it in force.
            if (path == SimulatedStore.FolderOf(_bob) && Interlocked.Increment(ref flushes) == 2)
                throw new IOException("Input/output error.");
        };
        store.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default));
        await ExpectMsgAsync(new MailboxProtocol.MailboxUnavailable(_bob));
        Assert.Equal(2, flushes);

        store.Reserve(_bob, "next");

        await AwaitAssertAsync(async () =>
        {
            Clock.Advance(TimeSpan.FromMilliseconds(200));
            await ExpectMsgAsync(new MailboxProtocol.AppendCommitted(_bob, "next", 2), AWhile);
        });
    }

    [Fact]
    [Requirement("D8")]
    public async Task Octets_should_not_leave_a_file_while_another_program_has_it()
    {
        var store = new SimulatedStore(this);
        await DeliverAsync(store, "deleted");
        await DeliverAsync(store, "kept");
        store.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default));
        await ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        SetLocked(store, true);

        store.Tell(new MailboxProtocol.ExpungeAndUnlock(_bob, [1]));

        await ExpectMsgAsync(new MailboxProtocol.MailboxUnlocked(_bob));
        Assert.Equal(["deleted", "kept"], store.SubjectsIn(_bob));
        SetLocked(store, false);
        await DeliverAsync(store, "next");
        await AwaitAssertAsync(() => Assert.Equal(["kept", "next"], store.SubjectsIn(_bob)));
    }

    private static void FailOnce(SimulatedStore store, string folder, Exception failure)
    {
        var failures = 1;
        store.Disk.BeforeFlush = path =>
        {
            if (path.Contains(folder, StringComparison.Ordinal) && Interlocked.Decrement(ref failures) == 0)
                throw failure;
        };
    }

    private static string Text(MessageSlice slice)
    {
        var octets = new byte[slice.Length];
        slice.Read(octets, 0);
        return System.Text.Encoding.Latin1.GetString(octets);
    }

    private ulong Inode(SimulatedStore store) => store.Disk.Stat(SimulatedStore.IndexOf(_bob))!.Value.Inode;

    private void SetLocked(SimulatedStore store, bool isLocked) =>
        store.Disk.Change(disk => disk.LockAsOthers(SimulatedStore.PathOf(_bob), isLocked));

    private async Task DeliverAsync(SimulatedStore store, string subject)
    {
        store.Reserve(_bob, subject);
        Assert.Equal(subject, (await ExpectMsgAsync<MailboxProtocol.AppendCommitted>()).DeliveryId);
    }
}
