using System.Diagnostics;
using System.Globalization;
using ActorMail.Protocols.Mail;
using ActorMail.Server.Configuration;
using ActorMail.Storage.Accounts;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Mailboxes.Transfer;

namespace ActorMail.Server.Cli;

/// <summary><c>actormail mailbox import</c>: mail from another program into a mailbox, while no server runs.</summary>
internal sealed class MailboxImportCommand(
    ServerSettings settings, Terminal terminal, bool isQuiet, CancellationToken cancellation)
{
    private const int MaxShown = 20;
    private const string StandardInput = "-";

    private readonly List<string> _refused = [];

    public int Execute(string address, string path, ImportFormat format, bool takesDuplicates, bool datesFromReceived)
    {
        var finder = new MailboxFinder(settings, terminal);
        var mailboxes = MailStore.List(settings.DataFolder);
        if (!finder.TryFindOrMake(address, mailboxes, out var mailbox, out var failure))
            return failure;
        if (path != StandardInput && DataFolder.Holds(settings, path))
            return terminal.Fail(ExitCode.Usage, $"{path} is in the data folder: its mail is in a mailbox already");
        if (!TryOpen(path, format, out var source, out failure))
            return failure;

        var options = new ImportOptions
        {
            MaxMessageSize = settings.Smtp.MaxMessageSize,
            TakesDuplicates = takesDuplicates,
            DatesFromReceived = datesFromReceived,
        };
        using (source)
        {
            return OfflineStore.Use(settings, terminal, "import", Import, cancellation);
        }

        int Import(MailStore store, CancellationToken stop)
        {
            AdviseOnAccount(address, isNew: !mailboxes.Contains(mailbox));
            var began = Stopwatch.GetTimestamp();
            var outcome = ProgressView.Run(terminal, isQuiet, "importing", view => MailboxImport.Run(
                store, mailbox, source, options, Refuse,
                now => view.Report(source.Position, source.Length, now.Read), stop));
            return Say(mailbox, path, outcome, Stopwatch.GetElapsedTime(began));
        }
    }

    private bool TryOpen(string path, ImportFormat format, out MessageSource source, out int failure)
    {
        (source, failure) = (null!, ExitCode.Ok);
        try
        {
            source = Open(path, format);
            return true;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            failure = terminal.Fail(ExitCode.NoInput, $"there is no {path}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            failure = terminal.Fail(ExitCode.NoInput, $"{path} cannot be read: {fault.Message}");
        }

        return false;
    }

    private MessageSource Open(string path, ImportFormat format)
    {
        if (path == StandardInput)
            return new MboxReader(Seekable(terminal.OpenInput(), format), DialectOf(format));
        if (format is ImportFormat.Maildir || (format is ImportFormat.Auto && Directory.Exists(path)))
        {
            return MaildirReader.IsOne(path)
                ? new MaildirReader(path)
                : throw new IOException("it is no Maildir: it has no cur and new");
        }

        return new MboxReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete),
            DialectOf(format));
    }

    private static MboxDialect DialectOf(ImportFormat format) => format switch
    {
        ImportFormat.Mboxo => MboxDialect.Mboxo,
        ImportFormat.Mboxcl => MboxDialect.Mboxcl,
        ImportFormat.Mboxcl2 => MboxDialect.Mboxcl2,
        _ => MboxDialect.Mboxrd,
    };

    /// <summary>A Content-Length can only be tried out in a file.</summary>
    private static Stream Seekable(Stream input, ImportFormat format)
    {
        if (input.CanSeek || format is not (ImportFormat.Mboxcl or ImportFormat.Mboxcl2))
            return input;
        var file = new FileStream(
            Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 64 * 1024,
            FileOptions.DeleteOnClose);
        using (input)
            input.CopyTo(file);
        file.Position = 0;
        return file;
    }

    private void AdviseOnAccount(string address, bool isNew)
    {
        if (!isNew || settings.Auth.IsOpen || !MailAddress.TryParse(address, out var given))
            return;
        var full = given.HasDomain ? given : given with { Domain = settings.Auth.DefaultDomain ?? "" };
        var accounts = new AccountFile(settings.AccountsFile, TimeProvider.System);
        if (accounts.TryRefresh(out _) && accounts.All.Any(account => IsSame(account.Address, full)))
            return;
        terminal.Note($"there is no account {full} to read this mail with; actormail user add {full} makes it");
    }

    private static bool IsSame(string account, MailAddress other) =>
        MailAddress.TryParse(account, out var address) && MailboxName.TryFrom(address, out var name)
        && MailboxName.TryFrom(other, out var otherName) && name == otherName;

    private void Refuse(string text)
    {
        if (_refused.Count < MaxShown)
            _refused.Add(text);
    }

    private int Say(MailboxName mailbox, string path, ImportOutcome outcome, TimeSpan time)
    {
        foreach (var refused in _refused)
            terminal.Note($"not imported: {refused}");
        if (outcome.Refused > _refused.Count)
            terminal.Note($"not imported: {outcome.Refused - _refused.Count} more");
        var (seconds, rate) = (time.TotalSeconds, outcome.Read / Math.Max(time.TotalSeconds, 0.001));
        var done = string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted.Messages(outcome.Imported)} imported into {mailbox}, {outcome.Octets} octets; "
            + $"{outcome.Known} were there already, {outcome.Refused} not taken");
        switch (outcome.Fault)
        {
            case null:
                terminal.Out.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{done}; {seconds:F1} s, {rate:F0} messages/s"));
                return outcome.Refused == 0 ? ExitCode.Ok : ExitCode.Findings;
            case InvalidDataException fault:
                return terminal.Fail(ExitCode.DataError, $"{path} cannot be imported: {fault.Message}");
            case OperationCanceledException:
                return terminal.Fail(
                    ExitCode.TemporaryFailure,
                    $"interrupted after {Counted.Messages(outcome.Read)} of {path}: {done}; "
                    + "the same command goes on from there");
            default:
                return terminal.Fail(
                    ExitCode.InputOutput,
                    $"{outcome.Fault.Message} Stopped after {Counted.Messages(outcome.Read)} of {path}: {done}; "
                    + $"the same command goes on from there");
        }
    }
}
