using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Smtp;
using ActorMail.Protocols.Smtp;
using ActorMail.Server.Logging;
using ActorMail.Storage.Journal;
using ActorMail.Storage.Mailboxes;
using Serilog.Events;

namespace ActorMail.Server.Configuration;

/// <summary>
/// Binds each key to the option that it sets, with the range that makes sense. What settings must agree on with each
/// other is in <see cref="SettingsRules"/>.
/// </summary>
internal static class SettingsBinder
{
    private const int Million = 1_000_000;

    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static ServerSettings Bind(SettingValues values, SettingsSources sources, bool checksRules)
    {
        var isBasic = values.Choice("actormail.profile", ("default", false), ("basic", true));
        var isTlsOn = TlsBinder.IsOn(values, isBasic);
        var listeners = ListenSettings.Bind(values, isBasic, isTlsOn);
        var network = NetworkSettings.Bind(values, sources, listeners, checksRules);
        var data = FullPath(values, "actormail.data", sources) ?? Missing(values, "actormail.data");
        var accounts = values.IsAuto("actormail.accounts.file")
            ? Path.Join(data, "accounts")
            : FullPath(values, "actormail.accounts.file", sources) ?? Missing(values, "actormail.accounts.file");
        var settings = new ServerSettings
        {
            DataFolder = data,
            Hostname = network.Hostname,
            IsBasic = isBasic,
            PortsFile = FullPath(values, "actormail.ports-file", sources),
            DrainTimeout = values.Duration("actormail.drain-timeout", TimeSpan.Zero, TimeSpan.FromMinutes(10)),
            AccountsFile = accounts,
            IoThreads = values.Number("actormail.store.io-threads", 1, 256),
            SmtpListeners = listeners.Smtp,
            LmtpListeners = listeners.Lmtp,
            LmtpSocketMode = values.FileMode("actormail.lmtp.socket-mode"),
            SubmissionListeners = listeners.Submission,
            SubmissionsListeners = listeners.Submissions,
            Pop3Listeners = listeners.Pop3,
            Pop3sListeners = listeners.Pop3s,
            Tls = TlsBinder.Bind(values, sources, isTlsOn, data),
            Smtp = Smtp(values) with { Hostname = network.Hostname, IsBasic = isBasic },
            Submission = LoginBinder.Submission(values, network.IsOpen, isBasic ? null : network.DefaultDomain),
            Pop3 = Pop3Binder.Bind(values, Session(values, "actormail.pop3")),
            Auth = LoginBinder.Auth(values, isBasic, isTlsOn) with
            {
                IsOpen = network.IsOpen,
                AccountsFile = accounts,
                DefaultDomain = isBasic ? null : network.DefaultDomain,
            },
            Recipients = new RecipientOptions
            {
                Domains = network.Domains,
                DefaultDomain = network.DefaultDomain,
                IsBasic = isBasic,
                AccountsFile = network.IsOpen ? null : accounts,
                Addresses = AddressBinder.Bind(values, sources, network, isBasic, data),
            },
            Quotas = QuotaBinder.Bind(values, network.Domains),
            Connections = ConnectionsBinder.Bind(values),
            Policy = PolicyBinder.Bind(values),
            Store = Store(values),
            Mailboxes = Mailboxes(values),
            Journal = new JournalActorOptions
            {
                IdleCheckpoint = values.Duration("actormail.store.journal.idle-checkpoint", Instant, Day),
                FullTimeout = values.Duration("actormail.store.journal.full-timeout", TimeSpan.Zero, Day),
                MaxBatch = values.Number("actormail.store.journal.max-batch", 1, 10_000),
            },
            Log = Log(values, sources),
        };
        if (checksRules)
        {
            listeners.Check(values, isBasic, isTlsOn);
            SettingsRules.Check(values, settings);
        }

        return settings;
    }

    private static string Missing(SettingValues values, string key)
    {
        if (values.AreSound(key))
            values.Refuse(key, "a path is missing");
        return "";
    }

    /// <summary>Null for an empty text.</summary>
    private static string? FullPath(SettingValues values, string key, SettingsSources sources)
    {
        var text = values.Text(key);
        return text.Length == 0 ? null : Path.GetFullPath(text, sources.WorkingFolder);
    }

    private static SmtpOptions Smtp(SettingValues values) => new()
    {
        Hostname = "",
        IsStrict = values.Flag("actormail.smtp.strict"),
        MaxLineLength = values.Number("actormail.smtp.max-line-length", 512, 65_536),
        MaxRecipients = values.Number("actormail.smtp.max-recipients", 1, 100_000),
        MaxMessages = values.Number("actormail.smtp.max-messages", 1, 999_999),
        Service = values.Choice(
            "actormail.smtp.service",
            ("open", SmtpService.Open),
            ("closed", SmtpService.Closed),
            ("never", SmtpService.Never)),
        FrontEnds = values.Networks("actormail.smtp.xclient-from"),
        VerifiesForUsers = values.Choice("actormail.smtp.verify", ("nobody", false), ("users", true)),
        MaxMessageSize = values.Size("actormail.smtp.max-message-size", 1_024, 1L << 30),
        MaxReceivedFields = values.Number("actormail.smtp.max-received-fields", 1, 10_000),
        RequireTls = values.Flag("actormail.smtp.require-tls"),
        MaxLoginFailures = values.Number("actormail.smtp.max-login-failures", 1, 1_000),
        Session = PolicyBinder.Session(values, Session(values, "actormail.smtp")) with
        {
            DataTimeout = values.Duration("actormail.smtp.data-timeout", Instant, Day),
            MinDataRate = (int)values.Size("actormail.smtp.min-data-rate", 0, 1L << 30),
        },
    };

    private static SessionOptions Session(SettingValues values, string group) => new()
    {
        IdleTimeout = values.Duration($"{group}.idle-timeout", Instant, Day),
        CommandTimeout = values.Duration($"{group}.command-timeout", Instant, Day),
        TlsTimeout = values.Duration("actormail.tls.handshake-timeout", Instant, Day),
        AnswerTimeout = values.Duration($"{group}.answer-timeout", Instant, Day),
        WriteTimeout = values.Duration($"{group}.write-timeout", Instant, Day),
        SessionTimeout = values.Duration($"{group}.session-timeout", Instant, 7 * Day),
        MaxCommands = values.Number($"{group}.max-commands", 1, 1_000 * Million),
        MaxErrors = values.Number($"{group}.max-errors", 1, 1_000 * Million),
    };

    private static StoreOptions Store(SettingValues values) => new()
    {
        SpoolThreshold = (int)values.Size("actormail.store.spool-threshold", 1, 64L << 20),
        MinFreeSpace = values.IsAuto("actormail.store.min-free-space")
            ? null
            : values.Size("actormail.store.min-free-space", 0, 1L << 50),
        CompactAtOnceSize = values.Size("actormail.store.compact-at-once-size", 0, 1L << 30),
        MaxCompactionRate = values.Size("actormail.store.max-compaction-rate", 0, 1L << 40),
        UsesDotlock = values.Flag("actormail.store.dotlock"),
        DotlockStaleAfter = values.Duration("actormail.store.dotlock-stale-after", Instant, Day),
        MaxUnapplied = values.Number("actormail.store.max-unapplied", 1, Million),
        CheckpointThreads = values.Number("actormail.store.checkpoint-threads", 1, 256),
        Journal = new JournalOptions
        {
            SegmentSize = values.Size("actormail.store.journal.segment-size", 1 << 20, 1L << 30),
            MaxSegmentSize = values.Size("actormail.store.journal.max-segment-size", 1 << 20, 1L << 30),
            Segments = values.Number("actormail.store.journal.segments", 3, 64),
            GrowsWithin = values.Duration("actormail.store.journal.grows-within", TimeSpan.Zero, Day),
        },
    };

    private static MailboxOptions Mailboxes(SettingValues values) => new()
    {
        PassivateAfter = values.Duration("actormail.store.passivate-after", Instant, Day),
        MaxPendingDeliveries = values.Number("actormail.store.max-pending-deliveries", 1, Million),
        DeliveryTimeout = values.Duration("actormail.store.delivery-timeout", Instant, TimeSpan.FromHours(1)),
    };

    private static LogOptions Log(SettingValues values, SettingsSources sources) => new()
    {
        Level = values.Choice(
            "actormail.log.level",
            ("verbose", LogEventLevel.Verbose),
            ("debug", LogEventLevel.Debug),
            ("information", LogEventLevel.Information),
            ("warning", LogEventLevel.Warning),
            ("error", LogEventLevel.Error),
            ("fatal", LogEventLevel.Fatal)),
        File = FullPath(values, "actormail.log.file", sources),
        MaxFileSize = values.Size("actormail.log.max-file-size", 64 * 1_024, 1L << 40),
        RetainedFiles = values.Number("actormail.log.retained-files", 1, 10_000),
    };
}
