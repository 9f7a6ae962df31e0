using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Simulation;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Mailboxes;

public sealed class MailStoreTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_server_is_told_who_has_the_folder()
    {
        using (var store = _folder.Open())
        {
            store.DescribeHolder("smtp 127.0.0.1:2525");
            var refused = Assert.Throws<StoreInUseException>(() => _folder.Open());
            Assert.Contains("smtp 127.0.0.1:2525", refused.Holder, StringComparison.Ordinal);
            Assert.Contains($"process {Environment.ProcessId}, ", refused.Holder, StringComparison.Ordinal);
        }

        using var next = _folder.Open();
        Assert.Equal(_folder.Root, next.Root);
    }

    [Fact]
    [Requirement("O1")]
    public void Every_file_is_the_owners_alone()
    {
        using var store = _folder.Open();
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, DataFolder.Mail(1), DataFolder.Mail(2));
        DataFolder.Expunge(store, mailbox, 1u);
        DataFolder.Compact(store, mailbox);
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories))
            Assert.Equal((file, Owner), (file, File.GetUnixFileMode(file)));
        foreach (var path in Directory.GetDirectories(_folder.Root, "*", SearchOption.AllDirectories))
            Assert.Equal((path, Owner | UnixFileMode.UserExecute), (path, File.GetUnixFileMode(path)));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../b")]
    [InlineData("..\\..\\b")]
    [InlineData("C:\\b")]
    [InlineData("%2e%2e%2f")]
    [InlineData("%252e%252e%252fb")]
    [InlineData("\uff0e\uff0e\uff0fb")]
    [InlineData("a\u2044b")]
    [InlineData("~root")]
    [InlineData("|sh")]
    [InlineData("`id`")]
    [InlineData("$(id)")]
    [InlineData(":include:x")]
    [InlineData("-rf")]
    [InlineData(".hidden")]
    [InlineData("store.lock")]
    [InlineData("bob.lock")]
    [InlineData("INBOX.aml")]
    [InlineData("con")]
    [InlineData("a\0b")]
    [InlineData("*")]
    [InlineData("a b\nc")]
    [Requirement("N1", "N2", "N4", "K5")]
    public void No_name_leaves_the_mail_folder(string local)
    {
        using var store = _folder.Open();
        foreach (var domain in new[] { "", "example.org" })
        {
            Assert.True(MailboxName.TryFrom(new MailAddress(local, domain), out var name));
            using var mailbox = store.OpenMailbox(name);
            DataFolder.Deliver(store, mailbox, DataFolder.Mail(1));
            Assert.Equal([name.Value], Directory.GetFiles(Path.Join(_folder.Root, "mail")).Select(Path.GetFileName));
            Assert.Equal([name], MailStore.List(_folder.Root));
            File.Delete(Path.Join(_folder.Root, "mail", name.Value));
        }

        Assert.Equal(
            ["journal", "mail", "meta", "spool", "store.holder", "store.lock"],
            Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var path in Directory.GetDirectories(Path.Join(_folder.Root, "meta")))
            Assert.Single(Directory.GetFiles(path));
    }

    [Fact]
    [Requirement("N1")]
    public void A_mailbox_without_a_name_is_refused()
    {
        using var store = _folder.Open();
        Assert.Throws<ArgumentException>(() => store.OpenMailbox(default));
        Assert.Throws<ArgumentException>(() => MailStore.Clear(_folder.Root, default));
        Assert.Throws<ArgumentException>(() => MailStore.OpenReadOnly(_folder.Root, default));
    }

    [Fact]
    [Requirement("N3")]
    public void Mailboxes_are_listed_by_name_and_nothing_else_is()
    {
        using var store = _folder.Open();
        foreach (var address in new[] { "bob", "Alice@Example.org", "alice2@example.org" })
        {
            using var mailbox = store.OpenMailbox(DataFolder.Name(address));
            DataFolder.Deliver(store, mailbox, DataFolder.Mail(1));
        }

        File.WriteAllText(Path.Join(_folder.Root, "mail", "bob.lock"), "");
        File.WriteAllText(Path.Join(_folder.Root, "mail", "UPPER"), "");
        Directory.CreateDirectory(Path.Join(_folder.Root, "mail", "folder"));
        Assert.Equal(
            ["alice2@example.org", "alice@example.org", "bob"],
            MailStore.List(_folder.Root).Select(name => name.Value));
        Assert.Empty(MailStore.List(Path.Join(_folder.Root, "nothing")));
    }

    [Fact]
    [Requirement("D5")]
    public void New_mail_is_refused_before_the_reserve_is_touched()
    {
        var disk = new SimulatedDisk(new Random(1)) { FreeSpace = new DiskSpace(1_000, 10_000) };
        using var store = _folder.Open(disk);
        Assert.True(store.HasSpaceFor(500));
        Assert.False(store.HasSpaceFor(501));

        // What was promised is taken off until the disk is asked again.
        Assert.False(store.HasSpaceFor(1));
        disk.FreeSpace = new DiskSpace(900, 10_000);
        _folder.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(store.HasSpaceFor(500));
        Assert.True(store.HasSpaceFor(400));

        const long Tera = 1L << 40;
        disk.FreeSpace = new DiskSpace(Tera, 100 * Tera);
        _folder.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(store.HasSpaceFor(Tera - (1 << 30)));
        Assert.False(store.HasSpaceFor(Tera - (1 << 30) + 1));
    }

    [Fact]
    public void The_reserve_is_a_setting()
    {
        using var folder = new DataFolder { Options = new StoreOptions { MinFreeSpace = 100 } };
        using var store = folder.Open(
            new SimulatedDisk(new Random(1)) { FreeSpace = new DiskSpace(150, 1_000_000) });
        Assert.True(store.HasSpaceFor(50));
        Assert.False(store.HasSpaceFor(51));
    }

    [Fact]
    public void The_real_disk_knows_its_space()
    {
        var space = RealDisk.Instance.Space(_folder.Root);
        Assert.InRange(space.Free, 1, space.Total);
    }
}
