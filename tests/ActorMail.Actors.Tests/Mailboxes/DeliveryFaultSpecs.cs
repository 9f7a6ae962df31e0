using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Mailboxes;

/// <summary>One message for several mailboxes, all actors real, over a disk that fails; time is virtual.</summary>
public sealed class DeliveryFaultSpecs(ITestOutputHelper output) : TestKit(VirtualTime.Config, output: output)
{
    private readonly MailboxName _ann = TemporaryStore.NameOf("ann@example.org");
    private readonly MailboxName _bob = TemporaryStore.NameOf("bob@example.org");

    [Fact]
    [Requirement("D1", "D8")]
    public async Task Mail_for_two_should_be_one_record_and_one_flush()
    {
        var store = new SimulatedStore(this);
        var before = store.Disk.JournalFlushes;

        store.Deliver("both", _ann, _bob);

        await ExpectMsgAsync(new DeliveryProtocol.MessageDelivered("both"));
        Assert.Equal(1, store.Disk.JournalFlushes - before);
        Assert.Equal(["both"], store.SubjectsIn(_ann));
        Assert.Equal(["both"], store.SubjectsIn(_bob));
    }

    [Fact]
    [Requirement("D8", "R5321-4.2.5-a")]
    public async Task A_mailbox_that_refuses_should_leave_no_copy_anywhere()
    {
        var store = new SimulatedStore(this, mailboxes: new MailboxOptions { MaxPendingDeliveries = 0 });

        store.Deliver("none", _ann, _bob);

        await ExpectMsgAsync(new DeliveryProtocol.DeliveryFailed("none", _ann, AppendFault.TooManyPending));
        Assert.Empty(store.SubjectsAfterKill(_ann));
        Assert.Empty(store.SubjectsAfterKill(_bob));
    }

    [Fact]
    [Requirement("D8", "R5321-4.2.5-a")]
    public async Task A_mailbox_that_cannot_be_opened_should_leave_no_copy_in_the_other()
    {
        var store = new SimulatedStore(this);
        store.Disk.Change(disk => disk.CreateFolder(SimulatedStore.FolderOf(_bob)));
        using (store.Disk.Open(SimulatedStore.IndexOf(_bob), Storage.Files.DiskAccess.CreateNew))
            store.Disk.Change(disk => disk.Faults.Read = 1);

        store.Deliver("none", _ann, _bob);

        await ExpectMsgAsync(new DeliveryProtocol.DeliveryFailed("none", _bob, AppendFault.StoreFailed));
        store.Disk.Change(disk => disk.Faults.Read = 0);
        store.Deliver("next", _ann, _bob);
        await ExpectMsgAsync(new DeliveryProtocol.MessageDelivered("next"));
        Assert.Equal(["next"], store.SubjectsAfterKill(_ann));
    }

    [Fact]
    [Requirement("D8", "R5321-4.2.5-a")]
    public async Task A_record_that_the_journal_refuses_should_leave_no_copy_anywhere()
    {
        var store = new SimulatedStore(this);
        var failures = 1;
        store.Disk.BeforeFlush = path =>
        {
            if (path.Contains("/journal/", StringComparison.Ordinal) && Interlocked.Decrement(ref failures) == 0)
                throw new IOException("Input/output error.");
        };

        store.Deliver("none", _ann, _bob);
        await ExpectMsgAsync<DeliveryProtocol.DeliveryFailed>();
        store.Deliver("next", _ann, _bob);
        await ExpectMsgAsync(new DeliveryProtocol.MessageDelivered("next"));

        Assert.Equal(["next"], store.SubjectsAfterKill(_ann));
        Assert.Equal(["next"], store.SubjectsIn(_bob));
    }

    [Fact]
    [Requirement("D8", "K8")]
    public async Task A_mailbox_that_fails_between_its_reservation_and_the_journal_should_leave_no_copy_anywhere()
    {
        var store = new SimulatedStore(this);
        store.Deliver("before", _ann, _bob);
        await ExpectMsgAsync(new DeliveryProtocol.MessageDelivered("before"));
        var (router, time) = (CreateTestProbe(), new VirtualTime(Sys.Scheduler));
        var coordinator = Sys.ActorOf(Props.Create(
            () => new DeliveryCoordinatorActor(router, store.Actors.Journal, new MailboxOptions(), time)));
        store.Deliver("none", coordinator, _ann, _bob);
        store.Actors.Mailboxes.Tell(await router.ExpectMsgAsync<MailboxProtocol.ReserveAppend>(), coordinator);
        var second = await router.ExpectMsgAsync<MailboxProtocol.ReserveAppend>();
        var failures = 1;
        store.Disk.BeforeFlush = path =>
        {
            if (path.Contains($"/meta/{_ann}", StringComparison.Ordinal) && Interlocked.Decrement(ref failures) == 0)
                throw new IOException("Input/output error.");
        };

        store.Tell(new MailboxProtocol.RenewIndex(_ann));

        await ExpectMsgAsync(new DeliveryProtocol.DeliveryFailed("none", _ann, AppendFault.StoreFailed));
        store.Actors.Mailboxes.Tell(second, coordinator);
        store.Actors.Mailboxes.Tell(await router.ExpectMsgAsync<MailboxProtocol.AbortAppend>(), coordinator);
        store.Deliver("next", _ann, _bob);
        await ExpectMsgAsync(new DeliveryProtocol.MessageDelivered("next"));
        Assert.Equal(["before", "next"], store.SubjectsAfterKill(_ann));
        Assert.Equal(["before", "next"], store.SubjectsIn(_bob));
    }

    [Fact]
    [Requirement("D8")]
    public async Task Deliveries_that_cross_should_all_end()
    {
        var store = new SimulatedStore(this);
        for (var i = 0; i < 50; i++)
            store.Deliver($"{i}", i % 2 == 0 ? [_ann, _bob] : [_bob, _ann]);

        var delivered = new HashSet<string>();
        for (var i = 0; i < 50; i++)
            delivered.Add((await ExpectMsgAsync<DeliveryProtocol.MessageDelivered>()).Id);

        Assert.Equal(50, delivered.Count);
        Assert.Equal(delivered, store.SubjectsIn(_ann).ToHashSet());
        Assert.Equal(store.SubjectsIn(_ann), store.SubjectsIn(_bob));
    }
}
