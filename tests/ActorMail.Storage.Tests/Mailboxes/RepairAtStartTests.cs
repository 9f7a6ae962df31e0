using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>What a start does about a server that was killed, before anybody reads the files.</summary>
public sealed class RepairAtStartTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private byte[] _whole = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Requirement("D2")]
    public void A_torn_tail_is_cut_back_at_the_start_and_not_only_when_the_mailbox_is_used()
    {
        LeaveATornTail();
        File.WriteAllText(Path.Join(_folder.Root, "store.holder"), "process 1, killed");

        using var store = _folder.Open();

        Assert.Equal(_whole, _folder.ReadMail());
        Assert.Contains(_folder.Reports, report => report.Contains("cut", StringComparison.Ordinal));
    }

    [Fact]
    public void After_a_server_that_ended_in_good_order_no_mailbox_is_opened()
    {
        LeaveATornTail();

        using var store = _folder.Open();

        Assert.NotEqual(_whole, _folder.ReadMail());
        Assert.Empty(_folder.Reports);
    }

    [Fact]
    public void A_server_that_ends_in_good_order_leaves_no_note_of_itself()
    {
        using (_folder.Open())
            Assert.True(File.Exists(Path.Join(_folder.Root, "store.holder")));

        Assert.False(File.Exists(Path.Join(_folder.Root, "store.holder")));
    }

    [Fact]
    [Requirement("D4", "P5")]
    public void A_log_that_could_not_be_flushed_is_not_trusted_even_where_the_reason_was_want_of_room()
    {
        var disk = new UnwillingDisk();
        uint validity;
        using (var store = _folder.Open(disk))
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
        {
            DataFolder.Deliver(store, mailbox, "a: 1\n\n1\n");
            validity = mailbox.UidValidity;
            var prepared = mailbox.Prepare([DataFolder.Draft(store, "a: 2\n\n2\n")]);
            disk.IsUnwilling = true;
            Assert.Throws<StoreFullException>(() => mailbox.Commit(prepared));
            disk.IsUnwilling = false;
            DataFolder.Deliver(store, mailbox, "a: 3\n\n3\n");
        }

        using var again = _folder.Open();
        using var reopened = again.OpenMailbox(DataFolder.Bob);
        Assert.Equal(["a: 1\n\n1\n", "a: 3\n\n3\n"], DataFolder.Texts(reopened));
        Assert.Equal(validity, reopened.UidValidity);
    }

    [Fact]
    public void A_reader_beside_the_server_sees_that_a_mailbox_was_cleared()
    {
        using var store = _folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, "a: 1\n\n1\n", "a: 2\n\n2\n");

        Assert.Equal(2, MailStore.Clear(_folder.Root, DataFolder.Bob));

        using (var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob))
            Assert.Empty(reader.View.Messages);
        Assert.Equal(0, MailStore.Clear(_folder.Root, DataFolder.Bob));
    }

    [Fact]
    public void A_message_that_was_written_over_is_known_to_be_another()
    {
        using var store = _folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, "a: 1\n\n1\n");
        var message = mailbox.View.Messages[0];
        Assert.True(mailbox.IsIntact(message, mailbox.Content));

        File.WriteAllBytes(_folder.MailFile, [.. _folder.ReadMail().Select(octet => octet == '1' ? (byte)'9' : octet)]);

        Assert.False(mailbox.IsIntact(message, mailbox.Content));
    }

    private void LeaveATornTail()
    {
        var store = _folder.Open();
        var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, "a: 1\n\n1\n");
        _whole = _folder.ReadMail();
        File.AppendAllText(_folder.MailFile, "From ann@example.net Tue Nov  3 12:00:00 2026\na: 2\n\nhalf a li");
        // As a kill does: nothing is said to the log any more, and nobody else may take the folder before.
        store.Dispose();
    }

    /// <summary>Writes, and does not flush: as a quota that is looked at late.</summary>
    private sealed class UnwillingDisk : IDisk
    {
        private readonly RealDisk _disk = RealDisk.Instance;

        public bool IsUnwilling { get; set; }

        public string DurabilityNote => _disk.DurabilityNote;

        public ulong BootId => _disk.BootId;

        public long BootedAt => _disk.BootedAt;

        public SafeFileHandle Open(string path, DiskAccess access) => _disk.Open(path, access);

        public int Read(SafeFileHandle file, Span<byte> octets, long offset) =>
            _disk.Read(file, octets, offset);

        public void Write(SafeFileHandle file, ReadOnlySpan<byte> octets, long offset) =>
            _disk.Write(file, octets, offset);

        public void Flush(SafeFileHandle file)
        {
            if (IsUnwilling)
                throw new StoreFullException("The quota is used up.");
            _disk.Flush(file);
        }

        public void Truncate(SafeFileHandle file, long length) =>
            _disk.Truncate(file, length);

        public void Rename(string from, string to) => _disk.Rename(from, to);

        public void Delete(string path) => _disk.Delete(path);

        public void CreateFolder(string path) => _disk.CreateFolder(path);

        public void FlushFolder(string path) => _disk.FlushFolder(path);

        public IReadOnlyList<string> List(string path) => _disk.List(path);

        public FileStat? Stat(string path) => _disk.Stat(path);

        public FileStat Stat(SafeFileHandle file) => _disk.Stat(file);

        public DiskSpace Space(string path) => new(long.MaxValue, long.MaxValue);
    }
}
