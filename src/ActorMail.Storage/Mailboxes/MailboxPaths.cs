using System.Globalization;
using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// The files of one mailbox: <c>mail/NAME</c> for everybody's eyes, and <c>meta/NAME/INBOX.*</c>, ours. A name comes
/// from a <see cref="MailboxName"/> only, whose encoding keeps it inside these folders.
/// </summary>
internal sealed record MailboxPaths
{
    private const string Inbox = "INBOX.";
    private const string NewFileSuffix = ".newmbox";
    private const string NewIndexSuffix = ".newaml";
    private const string ClearedSuffix = ".empty";

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

    /// <summary>Of the index and of what compaction writes; on the file system of <see cref="File"/>.</summary>
    public string Folder { get; }

    public string Index => Path.Join(Folder, Inbox + "aml");

    public static string MailFolderOf(string root) => Path.Join(root, "mail");

    public static string MetaFolderOf(string root) => Path.Join(root, "meta");

    public static string SpoolFolderOf(string root) => Path.Join(root, "spool");

    public static string JournalFolderOf(string root) => Path.Join(root, "journal");

    /// <summary>What a server that died may have left half-written.</summary>
    public static bool IsTemporary(string fileName) => IsNewIndex(fileName) || IsNewFile(fileName);

    public static bool IsNewIndex(string fileName) => fileName.StartsWith(Inbox, StringComparison.Ordinal)
        && fileName.EndsWith(NewIndexSuffix, StringComparison.Ordinal);

    public static bool IsNewFile(string fileName) => fileName.StartsWith(Inbox, StringComparison.Ordinal)
        && fileName.EndsWith(NewFileSuffix, StringComparison.Ordinal);

    /// <summary>What a clearing that was interrupted left.</summary>
    public static bool IsCleared(string fileName) => fileName.StartsWith(Inbox, StringComparison.Ordinal)
        && fileName.EndsWith(ClearedSuffix, StringComparison.Ordinal);

    /// <summary>The index that will replace the one of the generation before.</summary>
    public string NewIndex(uint generation) => In(generation, NewIndexSuffix);

    /// <summary>The file that will replace the mailbox file.</summary>
    public string NewFile(uint generation) => In(generation, NewFileSuffix);

    public string Cleared(ulong id) => Path.Join(Folder, $"{Inbox}{id:x16}{ClearedSuffix}");

    public string InFolder(string fileName) => Path.Join(Folder, fileName);

    private string In(uint generation, string suffix) =>
        Path.Join(Folder, string.Create(CultureInfo.InvariantCulture, $"{Inbox}{generation}{suffix}"));
}
