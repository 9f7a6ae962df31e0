using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;
using ActorMail.Storage.Journal;

namespace ActorMail.Storage.Mailboxes.Inspection;

/// <summary>
/// What the journal holds of each mailbox, seen from outside. While a server runs this is a little behind it: what is
/// written there in the same moment may be missing.
/// </summary>
internal sealed class JournalLook
{
    private readonly Dictionary<MailboxName, List<(uint UidValidity, ulong Modseq)>> _changes = [];
    private readonly HashSet<string> _spooled = [];

    private JournalLook()
    {
    }

    /// <summary>
    /// Parts of the journal that should be there and cannot be read; means nothing while a server runs.
    /// </summary>
    public List<string> Faults { get; } = [];

    /// <summary>Records that a start would write again.</summary>
    public int Records { get; private set; }

    public static JournalLook Take(IDisk disk, string root)
    {
        var look = new JournalLook();
        using var image = JournalImage.Look(disk, MailboxPaths.JournalFolderOf(root));
        try
        {
            image.Replay(record => look.Add(StoredRecord.Read(record, _ => null)));
        }
        catch (InvalidDataException fault)
        {
            look.Faults.Add(fault.Message);
        }

        look.Faults.AddRange(image.Faults);
        return look;
    }

    /// <summary>Changes of a mailbox that a start would write again.</summary>
    public int CountOf(MailboxName name) => _changes.TryGetValue(name, out var changes) ? changes.Count : 0;

    /// <summary>Those that are not in the mailbox yet.</summary>
    public int WaitingOf(MailboxName name, MailboxState? state) => !_changes.TryGetValue(name, out var changes) ? 0
        : state is null ? changes.Count
        : changes.Count(change => change.UidValidity == state.UidValidity && change.Modseq > state.Modseq);

    /// <summary>Whether a record needs this spool file.</summary>
    public bool NamesSpool(string fileName) => _spooled.Contains(fileName);

    private void Add(StoredRecord record)
    {
        Records++;
        switch (record)
        {
            case StoredRecord.Delivery delivery:
                if (delivery.Spool is not null)
                    _spooled.Add(delivery.Spool);
                foreach (var append in delivery.Appends)
                    Add(append.Mailbox, append.UidValidity, append.Message.Modseq);
                break;
            case StoredRecord.Expunge expunge:
                Add(expunge.Mailbox, expunge.UidValidity, expunge.Modseq);
                break;
            case StoredRecord.Flags flags:
                Add(flags.Mailbox, flags.UidValidity, flags.Modseq);
                break;
            case StoredRecord.Compact compact:
                Add(compact.Mailbox, compact.UidValidity, compact.Modseq);
                break;
            default:
                break;
        }
    }

    private void Add(MailboxName name, uint uidValidity, ulong modseq)
    {
        if (!_changes.TryGetValue(name, out var changes))
            _changes.Add(name, changes = []);
        changes.Add((uidValidity, modseq));
    }
}
