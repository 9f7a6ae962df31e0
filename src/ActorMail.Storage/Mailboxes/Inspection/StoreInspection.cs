using System.Collections.Immutable;
using System.Globalization;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes.Inspection;

/// <summary>Looks through a data folder for what is not as it should be. Changes nothing; a server may run.</summary>
public sealed class StoreInspection
{
    private readonly RealDisk _disk = RealDisk.Instance;
    private readonly string _root;
    private readonly JournalLook _journal;
    private readonly bool _isInUse;

    public StoreInspection(string root)
    {
        _root = root;
        _isInUse = MailStore.HolderOf(root) is not null;
        _journal = JournalLook.Take(_disk, root);
    }

    /// <summary>Every mailbox that has a file or an index, in order.</summary>
    public IReadOnlyList<MailboxName> Mailboxes =>
        [.. MailStore.List(_root).Union(Indexed()).OrderBy(name => name.Value, StringComparer.Ordinal)];

    /// <summary>Compares the file of a mailbox with its index.</summary>
    /// <param name="name">The mailbox.</param>
    /// <param name="progress">Hears now and then how many octets are done, and of how many.</param>
    public MailboxInspection Inspect(MailboxName name, Action<long, long>? progress = null)
    {
        try
        {
            return new MailboxInspector(_disk, new MailboxPaths(_root, name), _journal, _isInUse, progress).Run();
        }
        catch (IOException fault)
        {
            return new MailboxInspection(name, 0, 0, [new Finding(FindingKind.File, fault.Message)]);
        }
    }

    /// <summary>What is amiss with the folder besides its mailboxes.</summary>
    public ImmutableArray<Finding> InspectFolder()
    {
        List<Finding> findings = [];
        foreach (var name in _disk.List(MailboxPaths.MailFolderOf(_root)).Order(StringComparer.Ordinal))
        {
            if (!name.EndsWith(".lock", StringComparison.Ordinal) && !MailboxName.TryFromValue(name, out _))
                findings.Add(new Finding(FindingKind.File, $"mail/{name} is not the name of a mailbox"));
        }

        if (_isInUse)
            return [.. findings];
        findings.AddRange(_journal.Faults.Select(fault => new Finding(FindingKind.Journal, fault)));
        var spooled = _disk.List(MailboxPaths.SpoolFolderOf(_root)).Where(name => !_journal.NamesSpool(name)).ToList();
        if (spooled.Count > 0)
        {
            findings.Add(new Finding(
                FindingKind.Leftover,
                string.Create(CultureInfo.InvariantCulture, $"spool/ holds {spooled.Count} files that nothing names; ")
                + "the next start removes them"));
        }

        return [.. findings];
    }

    private IEnumerable<MailboxName> Indexed()
    {
        foreach (var folder in _disk.ListFolders(MailboxPaths.MetaFolderOf(_root)))
        {
            if (MailboxName.TryFromValue(folder, out var name)
                && MailboxIndex.Load(_disk, new MailboxPaths(_root, name))
                is { Messages.IsEmpty: false })
            {
                yield return name;
            }
        }
    }
}
