using System.Text;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Mailboxes.Transfer;

namespace ActorMail.Storage.Tests.Mailboxes.Transfer;

public sealed class MailboxExportTests : IDisposable
{
    private const string File1 =
        "From ann@x Mon Nov  2 10:00:00 2026\nA: 1\nStatus: RO\nX-Status: F\n\n>From x\n>>From y\n.\n\n";

    private const string File2 = "From MAILER-DAEMON Tue Nov  3 10:00:00 2026\nA: 2\n\nend\n\n";

    private readonly DataFolder _folder = new();
    private readonly string _target;

    public MailboxExportTests()
    {
        _target = Directory.CreateTempSubdirectory("actormail-export-").FullName;
        Import(File1 + File2);
    }

    private string Place => Path.Join(_target, "bob");

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(_target, recursive: true);
    }

    [Fact]
    public void An_mbox_file_has_every_message_with_its_flags()
    {
        var outcome = Export(ExportFormat.Mbox);

        Assert.Equal(File1 + File2, File.ReadAllText(Place));
        Assert.Equal((2, (File1 + File2).Length, true), (outcome.Messages, outcome.Octets, outcome.Damaged.IsEmpty));
        using var stream = new MemoryStream();
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        MailboxExport.Run(reader, stream, _ => { }, CancellationToken.None);
        Assert.Equal(File1 + File2, Encoding.Latin1.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData("From ann@x Mon Nov  2 10:00:00 2026\nA: 1\nStatus: RO\n")]
    [InlineData("From ann@x Mon Nov  2 10:00:00 2026\n\nStatus: RO\n")]
    [InlineData("From ann@x Mon Nov  2 10:00:00 2026\n")]
    [InlineData("From ann@x Mon Nov  2 10:00:00 2026\nStatus: RO\n\nno header\n")]
    public void What_is_exported_can_be_imported_again(string file)
    {
        MailStore.Clear(_folder.Root, DataFolder.Bob);
        Import(file + "\n" + File2);
        Export(ExportFormat.Mbox);

        Assert.Equal((0, 2), Counts(Import(File.ReadAllText(Place))));
        MailStore.Clear(_folder.Root, DataFolder.Bob);
        Import(File.ReadAllText(Place));
        Export(ExportFormat.Mbox, mayReplace: true);
        Assert.Equal((0, 2), Counts(Import(file + "\n" + File2)));

        static (int, int) Counts(ImportOutcome outcome) => (outcome.Imported, outcome.Known);
    }

    [Fact]
    public void A_Maildir_has_flags_in_its_names_and_dates_of_its_files()
    {
        Export(ExportFormat.Maildir);

        Assert.Equal(
            ["bob/cur/1793613600.M0U1.actormail:2,FS", "bob/new/1793700000.M0U2.actormail"], Files());
        Assert.Equal("A: 1\n\nFrom x\n>From y\n.\n", File.ReadAllText(Path.Join(_target, Files()[0])));
        Assert.Equal(
            new DateTime(2026, 11, 3, 10, 0, 0, DateTimeKind.Utc),
            File.GetLastWriteTimeUtc(Path.Join(_target, Files()[1])));
        Assert.Empty(Directory.GetFiles(Path.Join(Place, "tmp")));

        using var store = _folder.Open();
        using var source = new MaildirReader(Place);
        var again = MailboxImport.Run(
            store, DataFolder.Bob, source, new ImportOptions(), _ => { }, _ => { }, CancellationToken.None);
        Assert.Equal((0, 2), (again.Imported, again.Known));
    }

    [Fact]
    public void Message_files_are_as_a_client_fetches_them()
    {
        Export(ExportFormat.Eml);

        Assert.Equal(["bob/0000000001.eml", "bob/0000000002.eml"], Files());
        Assert.Equal("A: 1\r\n\r\nFrom x\r\n>From y\r\n.\r\n", File.ReadAllText(Path.Join(_target, Files()[0])));
    }

    [Fact]
    public void Nothing_is_written_over_unless_it_is_wanted_and_an_export()
    {
        File.WriteAllText(Place, "mine");
        Assert.Throws<ExportExistsException>(() => Export(ExportFormat.Mbox));
        Assert.Throws<ExportExistsException>(() => Export(ExportFormat.Maildir, mayReplace: true));
        Assert.Equal("mine", File.ReadAllText(Place));
        Export(ExportFormat.Mbox, mayReplace: true);
        Assert.Equal(File1 + File2, File.ReadAllText(Place));

        File.Delete(Place);
        Export(ExportFormat.Eml);
        Assert.Throws<ExportExistsException>(() => Export(ExportFormat.Eml));
        Assert.Throws<ExportExistsException>(() => Export(ExportFormat.Maildir, mayReplace: true));
        Export(ExportFormat.Eml, mayReplace: true);
        File.WriteAllText(Path.Join(Place, "thesis.txt"), "mine");
        Assert.Throws<ExportExistsException>(() => Export(ExportFormat.Eml, mayReplace: true));
        Assert.Equal(["bob/0000000001.eml", "bob/0000000002.eml", "bob/thesis.txt"], Files());
    }

    [Theory]
    [InlineData(ExportFormat.Mbox)]
    [InlineData(ExportFormat.Maildir)]
    public void An_export_that_is_cancelled_leaves_nothing(ExportFormat format)
    {
        using var cancellation = new CancellationTokenSource();
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);

        Assert.ThrowsAny<OperationCanceledException>(() => MailboxExport.Run(
            reader, Place, format, mayReplace: false, _ => cancellation.Cancel(), cancellation.Token));
        Assert.Empty(Directory.GetFileSystemEntries(_target));
    }

    [Fact]
    public void It_is_the_mailbox_of_the_moment_when_it_was_opened()
    {
        using (var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob))
        {
            using (var store = _folder.Open())
            {
                using (var mailbox = store.OpenMailbox(DataFolder.Bob))
                {
                    DataFolder.Expunge(store, mailbox, 1);
                    DataFolder.Compact(store, mailbox);
                }
            }

            Import(File1.Replace("A: 1", "A: 3", StringComparison.Ordinal));
            MailboxExport.Run(reader, Place, ExportFormat.Mbox, false, _ => { }, CancellationToken.None);
        }

        Assert.Equal(File1 + File2, File.ReadAllText(Place));
    }

    [Fact]
    public void A_message_that_is_damaged_is_exported_and_named()
    {
        var octets = _folder.ReadMail();
        octets[Encoding.Latin1.GetString(octets).IndexOf("end\n", StringComparison.Ordinal)] = (byte)'E';
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        File.WriteAllBytes(_folder.MailFile, octets);

        var outcome = MailboxExport.Run(reader, Place, ExportFormat.Mbox, false, _ => { }, CancellationToken.None);
        Assert.Equal([2u], outcome.Damaged.ToArray());
        Assert.EndsWith("\nEnd\n\n", File.ReadAllText(Place));
    }

    private ExportOutcome Export(ExportFormat format, bool mayReplace = false)
    {
        using var reader = MailStore.OpenReadOnly(_folder.Root, DataFolder.Bob);
        return MailboxExport.Run(reader, Place, format, mayReplace, _ => { }, CancellationToken.None);
    }

    private string[] Files() =>
    [
        .. Directory.GetFiles(_target, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_target, path)).Order(StringComparer.Ordinal),
    ];

    private ImportOutcome Import(string file)
    {
        using var store = _folder.Open();
        using var source = new MboxReader(new MemoryStream(Encoding.Latin1.GetBytes(file)), MboxDialect.Mboxrd);
        var outcome = MailboxImport.Run(
            store, DataFolder.Bob, source, new ImportOptions(), _ => { }, _ => { }, CancellationToken.None);
        Assert.Null(outcome.Fault);
        return outcome;
    }
}
