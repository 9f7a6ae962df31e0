using ActorMail.Protocols.Mail;
using ActorMail.Server.Configuration;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Server.Cli;

/// <summary><c>actormail mailbox rebuild|compact</c>: work on a mailbox while no server runs.</summary>
internal sealed class MailboxUpkeepCommand(
    ServerSettings settings, Terminal terminal, bool isQuiet, CancellationToken cancellation)
{
    public int Rebuild(string address) => On(address, "rebuild", (store, mailbox, _) =>
    {
        var total = FileLength(mailbox);
        var outcome = ProgressView.Run(
            terminal, isQuiet, "rebuilding", view => store.Rebuild(mailbox, done => view.Report(done, total)));
        terminal.Out.WriteLine(
            $"rebuilt the index of {mailbox}: {Counted.Messages(outcome.Kept)} as before, {outcome.Added} new, "
            + $"{outcome.Gone} gone");
        if (outcome.OrderChanged)
            terminal.Note("the messages stand in another order: there is a new UIDVALIDITY, and clients fetch again");
        return ExitCode.Ok;
    });

    public int Compact(string address) => On(address, "compact", (store, mailbox, stop) =>
    {
        try
        {
            var freed = ProgressView.Run(terminal, isQuiet, "compacting", view =>
                MailboxUpkeep.Compact(store, mailbox, (done, total) => view.Report(done, total), stop));
            terminal.Out.WriteLine(freed == 0
                ? $"{mailbox} holds no deleted mail"
                : $"compacted {mailbox}: {freed} octets of deleted mail are gone");
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return terminal.Fail(ExitCode.TemporaryFailure, $"interrupted; {mailbox} is as it was");
        }
    });

    private long FileLength(MailboxName mailbox)
    {
        var file = new FileInfo(Path.Join(settings.DataFolder, "mail", mailbox.Value));
        return file.Exists ? file.Length : 0;
    }

    private int On(string address, string command, Func<MailStore, MailboxName, CancellationToken, int> work)
    {
        var finder = new MailboxFinder(settings, terminal);
        if (!finder.TryFind(address, MailStore.List(settings.DataFolder), out var mailbox, out var failure))
            return failure;
        return OfflineStore.Use(
            settings, terminal, command, (store, stop) => work(store, mailbox, stop), cancellation);
    }
}
