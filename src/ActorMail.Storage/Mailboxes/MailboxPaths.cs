using System.Globalization;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The files of one mailbox: <c>mail/NAME</c> for everybody's eyes, and <c>meta/NAME/INBOX.*</c>, ours. A name comes
/// from a <see cref="MailboxName"/> only, whose encoding keeps it inside these folders.
/// </summary>
internal sealed record MailboxPaths
{
    private const string LogSuffix = ".aml";
    private const string Inbox = "INBOX.";

    public MailboxPaths(string root, MailboxName name)
    {
        if (name.Value.Length == 0)
            throw new ArgumentException("A mailbox has a name.", nameof(name));
        (Name, MailFolder, MetaFolder) = (name, MailFolderOf(root), MetaFolderOf(root));
        (File, Folder) = (Path.Join(MailFolder, name.Value), Path.Join(MetaFolder, name.Value));
    }

    public MailboxName Name { get; }

    public string MailFolder { get; }

    public string MetaFolder { get; }

    public string File { get; }

    /// <summary>Of the logs and of what compaction writes; on the file system of <see cref="File"/>.</summary>
    public string Folder { get; }

    public static string MailFolderOf(string root) => Path.Join(root, "mail");

    public static string MetaFolderOf(string root) => Path.Join(root, "meta");

    public static bool IsLog(string fileName) => fileName.StartsWith(Inbox, StringComparison.Ordinal)
        && fileName.EndsWith(LogSuffix, StringComparison.Ordinal);

    /// <summary>What a server that died may have left half-written.</summary>
    public static bool IsTemporary(string fileName) => fileName.StartsWith(Inbox, StringComparison.Ordinal)
        && (fileName.EndsWith(".newaml", StringComparison.Ordinal)
            || fileName.EndsWith(".newmbox", StringComparison.Ordinal));

    public string Log(ulong snapshotId) => In(snapshotId, LogSuffix);

    public string NewLog(ulong snapshotId) => In(snapshotId, ".newaml");

    /// <summary>The file that will replace the mailbox file; it is named like the log that describes it.</summary>
    public string NewFile(ulong snapshotId) => In(snapshotId, ".newmbox");

    public string Cleared(ulong id) => In(id, ".empty");

    public string Cut(long milliseconds) =>
        Path.Join(Folder, string.Create(CultureInfo.InvariantCulture, $"{Inbox}cut-{milliseconds}"));

    public string InFolder(string fileName) => Path.Join(Folder, fileName);

    private string In(ulong id, string suffix) => Path.Join(Folder, $"{Inbox}{id:x16}{suffix}");
}
