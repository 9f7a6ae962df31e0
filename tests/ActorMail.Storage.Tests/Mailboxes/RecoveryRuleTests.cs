using ActorMail.Storage.Simulation;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>
/// The rules of recovery, each by the story that taught it (docs/ARCHITECTURE.md): what is believed, what is written
/// again, what must never come back.
/// </summary>
public sealed class RecoveryRuleTests
{
    [Fact]
    [Requirement("D3")]
    public void R1_The_journal_is_flushed_before_anything_in_it_is_believed()
    {
        // Killed between write and flush: the record is in the memory of the machine only. A start that acted on it
        // would leave one mailbox with the mail and the other without when the power goes before it has flushed.
        for (var seed = 0; seed < 60; seed++)
        {
            var store = new SimulatedStore(seed: seed);
            var change = store.Reserve(DataFolder.Mail(1));
            store.Disk.CrashAt = store.Disk.Operations + 1;
            Assert.ThrowsAny<Exception>(() => store.Append(change));
            store.Stop(wasPowerCut: false);
            store.Disk.Book.Clear();
            store.Start();
            var steps = store.Disk.Book.ToList();
            var write = steps.FindIndex(step => step.StartsWith("write /data/m", StringComparison.Ordinal));
            var flush = steps.FindIndex(step => step.StartsWith("flush /data/journal/seg", StringComparison.Ordinal));
            Assert.True(write < 0 || (flush >= 0 && flush < write));
            var seen = store.Texts;
            store.CutPower();
            Assert.Equal(seen, store.Texts);
        }
    }

    [Fact]
    [Requirement("D4")]
    public void R2_What_the_journal_has_is_written_again_even_where_it_can_be_read_already()
    {
        // A flush that failed has left the right octets in memory, taken for clean: who compares and skips loses them.
        for (var seed = 0; seed < 60; seed++)
        {
            var store = new SimulatedStore(seed: seed);
            store.Deliver(DataFolder.Mail(1), DataFolder.Mail(2));
            store.Disk.Faults.Flush = 1;
            store.Store.Checkpoint();
            store.Disk.Faults.Flush = 0;
            store.Kill();
            Assert.True(store.Checkpoint());
            store.CutPower();
            Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(2)], store.Texts);
        }
    }

    [Fact]
    [Requirement("D4", "P5")]
    public void R2_An_index_whose_flush_failed_before_a_kill_is_written_again_before_it_is_put_in_force()
    {
        for (var run = 0; run < 1200; run++)
        {
            var store = new SimulatedStore(seed: run);
            store.Deliver(DataFolder.Mail(1), DataFolder.Mail(2));
            Assert.True(store.Checkpoint());
            // After this start the journal has nothing of the mailbox any more.
            store.Kill();
            var validity = store.Bob.UidValidity;
            store.Disk.AppendAsOthers(SimulatedStore.MailFile, "From x Mon Nov  2 08:00:00 2026\nA: b\n\nc\n\n"u8);
            store.Clock.Advance(TimeSpan.FromHours(1));
            store.Disk.Faults.Flush = 0.3;
            store.Disk.CrashAt = store.Disk.Operations + (run % 40);
            try
            {
                store.Bob.Refresh();
            }
            catch (Exception fault) when (fault is IOException or MachineDownException)
            {
                // Whatever it came to, what counts is what is left.
            }

            store.Disk.Faults.Calm();
            store.Kill();
            store.CutPower();
            Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(2), "A: b\n\nc\n"], store.Texts);
            Assert.Equal((run, validity), (run, store.Bob.UidValidity));
            Assert.Equal([1u, 2u, 3u], store.Bob.View.Messages.Select(message => message.Uid));
        }
    }

    [Fact]
    [Requirement("D4")]
    public void R3_A_file_whose_flush_failed_is_written_again_before_another_flush_is_believed()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var store = new SimulatedStore(seed: seed);
            store.Deliver(DataFolder.Mail(1));
            store.Store.Roll();
            store.Disk.Faults.Flush = 1;
            Assert.False(store.Store.Checkpoint().IsComplete);
            store.Disk.Faults.Flush = 0;
            store.Deliver(DataFolder.Mail(2));
            CheckpointUntilComplete(store);
            store.CutPower();
            Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(2)], store.Texts);
        }
    }

    [Fact]
    public void R4_A_compaction_that_was_given_up_is_never_finished_by_a_start()
    {
        for (var at = 0; at < 40; at++)
        {
            var store = new SimulatedStore(seed: at);
            store.Deliver(DataFolder.Mail(1), DataFolder.Mail(2));
            DataFolder.Expunge(store.Store, store.Bob, 1);
            using (var compaction = store.Bob.BeginCompaction())
            {
                compaction!.CopyLive(isSmall: true, CancellationToken.None);
                var change = store.Bob.ReserveCompaction(compaction);
                store.Disk.CrashAt = store.Disk.Operations + at;
                try
                {
                    Assert.True(store.Bob.Cancel(change!));
                    store.Deliver(DataFolder.Mail(3));
                }
                catch (MachineDownException)
                {
                    // The crash is the point.
                }
            }

            store.CutPower();
            Assert.Equal(DataFolder.Mail(2), store.Texts[0]);
            Assert.True(store.Texts.Count is 1 || store.Texts[1] == DataFolder.Mail(3));
        }
    }

    [Fact]
    [Requirement("D4", "P5")]
    public void R5_Mail_that_was_refused_never_comes_back_and_neither_do_records_of_an_earlier_use()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var store = new SimulatedStore(seed: seed);
            store.Deliver(DataFolder.Mail(1));
            var refused = store.Reserve(DataFolder.Mail(2));
            store.Disk.Faults.Flush = 1;
            var outcome = store.Append(refused);
            store.Disk.Faults.Flush = 0;
            Assert.NotNull(outcome.Fault);
            if (outcome.IsInDoubt)
                Assert.Null(store.AppendAgain().Fault);
            store.Bob.Settle();
            Assert.False(refused.IsCommitted);

            // The ring comes round more than once.
            for (var i = 10; i < 60; i++)
            {
                store.Deliver(DataFolder.Mail(i));
                Assert.True(store.Checkpoint());
            }

            store.CutPower();
            Assert.Equal(51, store.Texts.Count);
            Assert.DoesNotContain(DataFolder.Mail(2), store.Texts);
        }
    }

    [Fact]
    [Requirement("P5")]
    public void R6_Nothing_is_seen_before_it_is_durable_so_its_number_may_be_given_again()
    {
        var store = new SimulatedStore();
        store.Deliver(DataFolder.Mail(1));
        var lost = store.Reserve(DataFolder.Mail(2));
        Assert.Equal((2u, 2u), (lost.Uid, store.Bob.View.UidNext));
        store.Kill();
        Assert.Equal(2u, store.Bob.View.UidNext);
        store.Deliver(DataFolder.Mail(3));
        Assert.Equal([1u, 2u], store.Bob.View.Messages.Select(message => message.Uid));
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(3)], store.Texts);
    }

    [Fact]
    [Requirement("D5")]
    public void A_full_disk_refuses_mail_keeps_what_there_is_and_takes_mail_again_when_there_is_room()
    {
        var store = new SimulatedStore();
        store.Deliver(DataFolder.Mail(1));
        store.Disk.Faults.IsFull = true;
        Assert.False(store.Store.HasSpaceFor(100));
        // What was promised goes into the room that the journal has; the mailbox file must wait.
        var change = store.Reserve(DataFolder.Mail(2));
        Assert.Null(store.Append(change).Fault);
        Assert.Equal([change], store.Bob.Settle());
        Assert.Equal((true, 1), (change.IsCommitted, store.Bob.Unapplied));
        Assert.Equal([DataFolder.Mail(1)], store.Texts);

        store.Disk.Faults.IsFull = false;
        store.Bob.Settle();
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(2)], store.Texts);
        store.CutPower();
        Assert.Equal([DataFolder.Mail(1), DataFolder.Mail(2)], store.Texts);
    }

    private static void CheckpointUntilComplete(SimulatedStore store)
    {
        for (var attempt = 0; !store.Checkpoint(); attempt++)
        {
            Assert.True(attempt < 5);
            if (store.Bob.RenewIndex())
                store.Store.IndexRenewed(DataFolder.Bob);
        }
    }
}
