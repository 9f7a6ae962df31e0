using ActorMail.Server.Configuration;
using ActorMail.Server.Hosting;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Mailboxes.Transfer;

namespace ActorMail.Server.Cli;

/// <summary>
/// <c>actormail mailbox export</c>: a mailbox for another program. Works beside a server and without one.
/// </summary>
internal sealed class MailboxExportCommand(
    ServerSettings settings, Terminal terminal, bool isQuiet, CancellationToken cancellation)
{
    private const string StandardOutput = "-";

    public int Execute(string address, string path, ExportFormat format, bool mayReplace)
    {
        var finder = new MailboxFinder(settings, terminal);
        if (!finder.TryFind(address, MailStore.List(settings.DataFolder), out var mailbox, out var failure))
            return failure;
        var isPiped = path == StandardOutput;
        if (isPiped && format is not ExportFormat.Mbox)
            return terminal.Fail(ExitCode.Usage, "only --format mbox goes to standard output");
        if (!isPiped && DataFolder.Holds(settings, path))
        {
            return terminal.Fail(
                ExitCode.CannotCreate, $"{path} is in the data folder, where nothing but the server puts files");
        }

        using var reader = MailStore.OpenReadOnly(settings.DataFolder, mailbox);
        if (MailStore.HolderOf(settings.DataFolder) is { } holder)
            terminal.Note($"the data folder is in use by {holder}; exported is what is applied to the mailbox");
        using var signals = new StopSignals();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _ = signals.Asked.ContinueWith(
            _ => stop.Cancel(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            var total = reader.View.Messages.Length;
            var outcome = ProgressView.Run(terminal, isQuiet, "exporting", view => isPiped
                ? MailboxExport.Run(reader, terminal.OpenOutput(), done => view.Report(done, total, done), stop.Token)
                : MailboxExport.Run(
                    reader, path, format, mayReplace, done => view.Report(done, total, done), stop.Token));
            return Say(mailbox.Value, path, isPiped, outcome);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return terminal.Fail(ExitCode.TemporaryFailure, "interrupted; nothing was exported");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail(ExitCode.CannotCreate, $"nothing was exported: {fault.Message}");
        }
    }

    private int Say(string mailbox, string path, bool isPiped, ExportOutcome outcome)
    {
        if (!isPiped)
        {
            terminal.Out.WriteLine(
                $"exported {Counted.Messages(outcome.Messages)} of {mailbox} to {path}, {outcome.Octets} octets");
        }

        if (outcome.Damaged.IsEmpty)
            return ExitCode.Ok;
        var damaged = string.Join(", ", outcome.Damaged.Take(20)) + (outcome.Damaged.Length > 20 ? ", ..." : "");
        return terminal.Fail(
            ExitCode.Findings,
            $"{Counted.Messages(outcome.Damaged.Length)} had other octets than were stored, and were exported as they "
            + $"are: UID {damaged}");
    }
}
