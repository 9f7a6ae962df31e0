using System.Collections.Immutable;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;
using ActorMail.Actors.Pop3;
using ActorMail.Actors.Smtp;
using ActorMail.Server.Logging;
using ActorMail.Storage.Mailboxes;
using Akka.Configuration;

namespace ActorMail.Server.Configuration;

/// <summary>All settings of one server, checked and with every <c>auto</c> resolved.</summary>
public sealed record ServerSettings
{
    /// <summary>The full path of <c>actormail.data</c>.</summary>
    public required string DataFolder { get; init; }

    public required string Hostname { get; init; }

    /// <summary>The course's profile (<c>actormail.profile = basic</c>).</summary>
    public bool IsBasic { get; init; }

    /// <summary>The full path of the file that the ports taken are written to; null for none.</summary>
    public string? PortsFile { get; init; }

    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The full path of the file of users, in open mode too: <c>actormail user</c> edits it.</summary>
    public required string AccountsFile { get; init; }

    /// <summary>Threads of the dispatcher that mailboxes work on.</summary>
    public int IoThreads { get; init; } = 16;

    /// <summary>Empty if SMTP is switched off.</summary>
    public required ImmutableArray<ListenEndpoint> SmtpListeners { get; init; }

    /// <summary>Where another server hands over mail for delivery (RFC 2033).</summary>
    public ImmutableArray<ListenEndpoint> LmtpListeners { get; init; } = [];

    /// <summary>Who may connect to a Unix socket.</summary>
    public UnixFileMode LmtpSocketMode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where users hand in mail (RFC 6409), and may begin TLS.</summary>
    public ImmutableArray<ListenEndpoint> SubmissionListeners { get; init; } = [];

    /// <summary>Where users hand in mail, under TLS from the first octet (RFC 8314 §3.3).</summary>
    public ImmutableArray<ListenEndpoint> SubmissionsListeners { get; init; } = [];

    /// <summary>Empty if POP3 is switched off.</summary>
    public required ImmutableArray<ListenEndpoint> Pop3Listeners { get; init; }

    /// <summary>POP3 under TLS from the first octet (RFC 8314 §3.2).</summary>
    public ImmutableArray<ListenEndpoint> Pop3sListeners { get; init; } = [];

    public TlsSettings Tls { get; init; } = new();

    public required SmtpOptions Smtp { get; init; }

    public SubmissionOptions Submission { get; init; } = new();

    public required Pop3Options Pop3 { get; init; }

    public required AuthOptions Auth { get; init; }

    public required RecipientOptions Recipients { get; init; }

    public QuotaOptions Quotas { get; init; } = new();

    public required ConnectionOptions Connections { get; init; }

    public PolicyOptions Policy { get; init; } = new();

    public required StoreOptions Store { get; init; }

    public required MailboxOptions Mailboxes { get; init; }

    public JournalActorOptions Journal { get; init; } = new();

    public required LogOptions Log { get; init; }

    /// <summary>The <c>akka</c> sections of the files, the strongest first; empty if there is none.</summary>
    public Config Akka { get; init; } = Config.Empty;

    /// <summary>Settings that were given and differ from the reference, in its order, as <c>key = value</c>.</summary>
    public ImmutableArray<(string Key, SettingValue Value)> Changes { get; init; } = [];
}
