using ActorMail.Storage.Tests.Files;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>What is made of files that a dead server, or a bad disk, left.</summary>
public sealed class RecoveryTests : IDisposable
{
    private static readonly string[] Kept = [DataFolder.Mail(1), DataFolder.Mail(2)];

    private readonly DataFolder _folder = new();
    private byte[] _mail = [];
    private byte[] _log = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Requirement("D2", "D7")]
    public void A_delivery_that_was_cut_at_any_octet_was_never_there()
    {
        var committed = Leave(isCommitted: false);
        for (var length = committed; length <= _mail.Length; length++)
        {
            Put(_mail[..length], _log);
            AssertFinds(Kept);
            Assert.Equal(committed, _folder.ReadMail().Length);
            if (length > committed)
                Assert.Equal(_mail[committed..length], File.ReadAllBytes(CutFiles().Single()));
        }

        Assert.Contains("cut off", _folder.Reports[^1], StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("D13")]
    public void A_newest_message_that_is_cut_short_hides_at_most_itself()
    {
        var committed = Leave(isCommitted: true);
        for (var length = committed; length < _mail.Length; length++)
        {
            Put(_mail[..length], _log);
            AssertFindsAtLeast(Kept);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData('x')]
    [InlineData('\n')]
    [Requirement("D13")]
    public void A_newest_message_that_is_damaged_hides_at_most_itself(byte rubbish)
    {
        var committed = Leave(isCommitted: true);
        for (var start = committed; start < _mail.Length; start += 7)
        {
            var damaged = (byte[])_mail.Clone();
            damaged.AsSpan(start).Fill(rubbish);
            Put(damaged, _log);
            AssertFindsAtLeast(Kept);
        }
    }

    [Fact]
    [Requirement("D13")]
    public void A_log_that_is_cut_at_any_octet_hides_at_most_the_newest_message()
    {
        Leave(isCommitted: true);
        for (var length = 0; length < _log.AsSpan().TrimEnd((byte)0).Length; length++)
        {
            Put(_mail, _log[..length]);
            AssertFindsAtLeast(Kept);
        }
    }

    [Fact]
    [Requirement("D13")]
    public void A_log_with_any_octet_damaged_hides_no_message()
    {
        Leave(isCommitted: true);
        for (var at = 0; at < _log.AsSpan().TrimEnd((byte)0).Length; at++)
        {
            var damaged = (byte[])_log.Clone();
            damaged[at] ^= 0x10;
            Put(_mail, damaged);
            AssertFinds([.. Kept, DataFolder.Mail(3)]);
        }
    }

    [Fact]
    public void Mail_that_came_by_another_program_while_the_server_was_down_is_found()
    {
        Leave(isCommitted: true);
        var other = "From x Mon Nov  2 08:00:00 2026\nA: b\n\nc\n\n"u8;
        Put([.. _mail, .. other], _log);
        AssertFinds([.. Kept, DataFolder.Mail(3), "A: b\n\nc\n"]);
        Assert.Empty(CutFiles());
    }

    [Fact]
    [Requirement("D3")]
    public void What_stands_behind_the_last_record_after_a_power_cut_was_never_acknowledged()
    {
        var committed = Leave(isCommitted: true);
        Put([.. _mail, .. _mail[..committed]], _log);
        var disk = new FaultyDisk(_folder.Root) { BootId = 2, BootedAt = long.MaxValue };
        using var store = _folder.Open(disk);
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        Assert.Equal([.. Kept, DataFolder.Mail(3)], DataFolder.Texts(mailbox));
        Assert.Equal(_mail, _folder.ReadMail());
    }

    /// <summary>Three messages, the last committed or not, as a kill leaves them; gives where it begins.</summary>
    private int Leave(bool isCommitted)
    {
        using var store = _folder.Open(new FaultyDisk(_folder.Root));
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        DataFolder.Deliver(store, mailbox, Kept);
        var committed = _folder.ReadMail().Length;
        var draft = DataFolder.Draft(store, DataFolder.Mail(3));
        var prepared = mailbox.Prepare([draft]);
        if (isCommitted)
            mailbox.Commit(prepared);
        (_mail, _log) = (_folder.ReadMail(), File.ReadAllBytes(_folder.LogFile));
        draft.Body.Dispose();
        return committed;
    }

    private void Put(byte[] mail, byte[] log)
    {
        foreach (var path in Directory.GetFiles(_folder.MetaFolder))
            File.Delete(path);
        File.WriteAllBytes(_folder.MailFile, mail);
        File.WriteAllBytes(Path.Join(_folder.MetaFolder, "INBOX.1.aml"), log);
    }

    private string[] CutFiles() => Directory.GetFiles(_folder.MetaFolder, "INBOX.cut-*");

    private void AssertFinds(string[] expected)
    {
        using var store = _folder.Open(new FaultyDisk(_folder.Root));
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
            Assert.Equal(expected, DataFolder.Texts(mailbox));
        AssertTakesMail(store);
    }

    private void AssertFindsAtLeast(string[] expected)
    {
        using var store = _folder.Open(new FaultyDisk(_folder.Root));
        using (var mailbox = store.OpenMailbox(DataFolder.Bob))
            Assert.Equal(expected, DataFolder.Texts(mailbox).Take(expected.Length));
    }

    private static void AssertTakesMail(Storage.Mailboxes.MailStore store)
    {
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        var before = mailbox.View.Messages.Length;
        var prepared = mailbox.Prepare([DataFolder.Draft(store, DataFolder.Mail(9))]);
        mailbox.Abort(prepared);
        Assert.Equal(before, mailbox.View.Messages.Length);
    }
}
