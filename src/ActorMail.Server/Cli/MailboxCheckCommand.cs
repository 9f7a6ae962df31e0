using ActorMail.Protocols.Mail;
using ActorMail.Server.Configuration;
using ActorMail.Server.Logging;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Mailboxes.Inspection;

namespace ActorMail.Server.Cli;

/// <summary>
/// <c>actormail mailbox check</c>: compares mailbox files with their indexes, and changes nothing. Works beside a
/// server and without one.
/// </summary>
internal sealed class MailboxCheckCommand(ServerSettings settings, Terminal terminal, bool isQuiet)
{
    /// <summary>Of one kind; more would only hide the others.</summary>
    private const int MaxShown = 10;

    private readonly StoreInspection _inspection = new(settings.DataFolder);

    public int One(string address)
    {
        var finder = new MailboxFinder(settings, terminal);
        if (!finder.TryFind(address, _inspection.Mailboxes, out var mailbox, out var failure))
            return failure;

        NoteHolder();
        var result = Inspect([mailbox])[0];
        Say(result);
        return result.Findings.IsEmpty ? ExitCode.Ok : ExitCode.Findings;
    }

    public int All()
    {
        NoteHolder();
        var results = Inspect(_inspection.Mailboxes);
        results.ForEach(Say);
        var folder = _inspection.InspectFolder();
        if (!folder.IsEmpty)
            Say($"the data folder {settings.DataFolder}", folder);
        var count = results.Sum(result => result.Findings.Length) + folder.Length;
        terminal.Out.WriteLine($"{Counted.Of(results.Count, "mailbox", "mailboxes")}, {Findings(count)}");
        return count == 0 ? ExitCode.Ok : ExitCode.Findings;
    }

    private static string Findings(int count) =>
        count == 0 ? "nothing was found" : Counted.Of(count, "finding", "findings");

    private List<MailboxInspection> Inspect(IReadOnlyList<MailboxName> mailboxes) =>
        ProgressView.Run(terminal, isQuiet, "checking", view =>
        {
            List<MailboxInspection> results = [];
            foreach (var mailbox in mailboxes)
            {
                results.Add(_inspection.Inspect(mailbox, (done, total) =>
                    view.Report((results.Count * total) + done, mailboxes.Count * total)));
            }

            return results;
        });

    private void NoteHolder()
    {
        if (MailStore.HolderOf(settings.DataFolder) is { } holder)
            terminal.Note($"the data folder is in use by {holder}; checked is what is applied to the mailboxes");
    }

    private void Say(MailboxInspection result)
    {
        var name = PrintableText.Escape(result.Mailbox.Value);
        if (result.Findings.IsEmpty)
        {
            var messages = Counted.Messages(result.Messages);
            terminal.Out.WriteLine($"{name}: good, {messages} in {result.FileLength} octets");
        }
        else
        {
            Say(name, result.Findings);
        }
    }

    private void Say(string name, IReadOnlyCollection<Finding> findings)
    {
        terminal.Out.WriteLine($"{name}: {Findings(findings.Count)}");
        foreach (var kind in findings.GroupBy(finding => finding.Kind))
        {
            foreach (var finding in kind.Take(MaxShown))
                terminal.Out.WriteLine($"  {PrintableText.Escape(finding.Text)}");
            if (kind.Count() > MaxShown)
                terminal.Out.WriteLine($"  and {kind.Count() - MaxShown} more like these");
        }
    }
}
