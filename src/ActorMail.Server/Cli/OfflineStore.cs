using ActorMail.Server.Configuration;
using ActorMail.Server.Hosting;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Server.Cli;

/// <summary>
/// The data folder for a command that changes it. A server keeps what it knows of its mailboxes in memory, so the two
/// never work on a folder together: each finds the other's lock.
/// </summary>
internal static class OfflineStore
{
    /// <summary>More than the largest record that is no spool file's.</summary>
    private const long RecordOverhead = 1024 * 1024;

    public static int Use(
        ServerSettings settings, Terminal terminal, string command, Func<MailStore, CancellationToken, int> work,
        CancellationToken cancellation)
    {
        MailStore store;
        try
        {
            store = Open(settings, terminal);
        }
        catch (StoreInUseException fault)
        {
            return terminal.Fail(
                ExitCode.TemporaryFailure,
                $"the data folder {settings.DataFolder} is in use by {fault.Holder}; mailbox {command} changes it and "
                + "needs it alone: stop that first, then run this again");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail(
                ExitCode.InputOutput, $"actormail.data: {settings.DataFolder} cannot be used: {fault.Message}");
        }

        using (store)
        using (var signals = new StopSignals())
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            _ = signals.Asked.ContinueWith(
                _ => stop.Cancel(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            store.DescribeHolder($"actormail mailbox {command}");
            return work(store, stop.Token);
        }
    }

    /// <summary>
    /// What a server that was killed left in the journal goes into the mailbox files. One that runs looks after it.
    /// </summary>
    public static void FinishJournal(ServerSettings settings, Terminal terminal)
    {
        try
        {
            Open(settings, terminal).Dispose();
        }
        catch (StoreInUseException)
        {
            return;
        }
    }

    private static MailStore Open(ServerSettings settings, Terminal terminal) =>
        MailStore.Open(settings.DataFolder, Options(settings.Store), TimeProvider.System, terminal.Note);

    /// <summary>A journal that grew for one import would stay as large as it is.</summary>
    private static StoreOptions Options(StoreOptions options) => options with
    {
        Journal = options.Journal with
        {
            MaxSegmentSize = Math.Min(
                options.Journal.MaxSegmentSize,
                Math.Max(options.Journal.SegmentSize, options.SpoolThreshold + RecordOverhead)),
        },
    };
}
