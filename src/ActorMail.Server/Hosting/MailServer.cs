using System.Collections.Immutable;
using ActorMail.Actors.Hosting;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;
using ActorMail.Actors.Smtp;
using ActorMail.Server.Configuration;
using ActorMail.Storage.Accounts;
using ActorMail.Storage.Certificates;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using Serilog.Events;

namespace ActorMail.Server.Hosting;

/// <summary>A running server: the store, the listening sockets and the actor system between them.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    /// <summary>For the actor system itself to end, once its sessions have.</summary>
    private static readonly TimeSpan TerminationTime = TimeSpan.FromSeconds(10);

    private readonly BoundListeners _listeners;
    private readonly MailStore _store;
    private readonly PortsFile _ports;
    private readonly IHost _host;

    private MailServer(
        BoundListeners listeners,
        MailStore store,
        PortsFile ports,
        IHost host,
        ImmutableArray<LoadedCertificate> certificates)
    {
        Certificates = certificates;
        (_listeners, _store, _ports, _host) = (listeners, store, ports, host);
        Terminated = host.Services.GetRequiredService<ActorSystem>().WhenTerminated;
    }

    public ImmutableArray<BoundListener> Listeners => _listeners.All;

    /// <summary>Those that it started with, in the order of the settings; none if TLS is off.</summary>
    public ImmutableArray<LoadedCertificate> Certificates { get; }

    /// <summary>How mail is made durable on this machine.</summary>
    public string DurabilityNote => _store.DurabilityNote;

    /// <summary>Completes when the server ends without having been asked to.</summary>
    public Task Terminated { get; }

    /// <summary>Returns once every listener accepts.</summary>
    /// <exception cref="EndpointException">A port is in use.</exception>
    /// <exception cref="CertificateException">A certificate cannot be used.</exception>
    /// <exception cref="StoreInUseException">Another server uses the data folder.</exception>
    public static async Task<MailServer> StartAsync(ServerSettings settings, ILogger logger)
    {
        BoundListeners? listeners = null;
        MailStore? store = null;
        try
        {
            listeners = Bind(settings, logger);
            store = OpenStore(settings, logger);
            var ports = new PortsFile(settings.PortsFile);
            ports.Clear();
            CheckAccounts(settings, logger);
            var certificates = ServerCertificates.LoadOrMake(settings, TimeProvider.System.GetUtcNow());
            store.DescribeHolder(string.Join(", ", listeners.All));
            var host = Build(settings, logger, listeners, store, certificates);
            await host.StartAsync().ConfigureAwait(false);
            ports.Write(listeners.All);
            return new MailServer(listeners, store, ports, host, certificates);
        }
        catch
        {
            listeners?.Dispose();
            store?.Dispose();
            throw;
        }
    }

    /// <summary>Lets the sessions finish for as long as <c>actormail.drain-timeout</c> says, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
        _listeners.Dispose();
        _ports.Delete();
        _store.Dispose();
    }

    /// <summary>Where a port is in use by a server on the same data folder, that is the better news.</summary>
    private static BoundListeners Bind(ServerSettings settings, ILogger logger)
    {
        try
        {
            return BoundListeners.Bind(settings);
        }
        catch (EndpointException) when (Directory.Exists(settings.DataFolder))
        {
            OpenStore(settings, logger).Dispose();
            throw;
        }
    }

    private static MailStore OpenStore(ServerSettings settings, ILogger logger)
    {
        try
        {
            return MailStore.Open(
                settings.DataFolder, settings.Store, TimeProvider.System, note => logger.Warning("{Note:l}", note));
        }
        catch (Exception fault) when (fault is (IOException or UnauthorizedAccessException) and not StoreInUseException)
        {
            throw new IOException($"actormail.data: {settings.DataFolder} cannot be used: {fault.Message}", fault);
        }
    }

    /// <summary>A file of users that nobody can read is found now, and not at the first login.</summary>
    private static void CheckAccounts(ServerSettings settings, ILogger logger)
    {
        if (settings.Auth.IsOpen)
            return;

        var accounts = new AccountFile(settings.Auth.AccountsFile, TimeProvider.System);
        accounts.CreateIfMissing();
        if (!accounts.TryRefresh(out var fault))
            throw new AccountException($"actormail.accounts.file: {fault}");
        if (accounts.All.Count == 0)
            logger.Warning("There are no accounts yet: actormail user add ADDRESS makes one");
    }

    private static IHost Build(
        ServerSettings settings,
        ILogger logger,
        BoundListeners listeners,
        MailStore store,
        ImmutableArray<LoadedCertificate> certificates)
    {
        var connections = DescriptorLimit.Fit(settings.Connections);
        if (connections != settings.Connections)
        {
            logger.Warning(
                "The limit of file descriptors leaves room for {Connections} clients, not for connections.max = {Max}",
                connections.MaxConnections, settings.Connections.MaxConnections);
        }

        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSerilog(logger);
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.Configure<HostOptions>(
            options => options.ShutdownTimeout = settings.DrainTimeout + TerminationTime);
        var identities = new TlsIdentities();
        Publish(identities, certificates);
        builder.Services.AddAkka(
            "actormail", akka => Compose(akka, settings, connections, listeners, store, identities));
        return builder.Build();
    }

    private static void Compose(
        AkkaConfigurationBuilder akka,
        ServerSettings settings,
        ConnectionOptions connections,
        BoundListeners listeners,
        MailStore store,
        TlsIdentities identities)
    {
        var services = new MailServices(
            store, settings.Mailboxes, settings.Recipients, settings.Auth, identities, settings.Journal,
            settings.IoThreads, TimeProvider.System)
        {
            Policy = settings.Policy,
            Rates = new RateLedger(settings.Policy, TimeProvider.System),
            Quotas = new QuotaLedger(settings.Quotas),
        };
        akka
            .AddHocon(settings.Akka, HoconAddMode.Prepend)
            .AddHocon("akka.coordinated-shutdown.run-by-clr-shutdown-hook = off", HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
                loggers.LogLevel = LevelOf(settings.Log.Level);
            })
            .WithMail(services);
        if (settings.Tls.IsOn)
        {
            akka.WithCertificates(
                settings.Tls.Files,
                certificates => Publish(identities, certificates),
                settings.Tls.ReloadInterval,
                TimeProvider.System);
        }

        var census = new ConnectionCensus(
            connections, address => services.Rates.Count(RateKind.Connections, address) is not null);
        foreach (var (listener, name) in Named(listeners.All))
        {
            var isSecure = listener.Protocol is "submissions" or "pop3s";
            var endpoint = new ListenerSettings(name, listener.Socket, census, settings.DrainTimeout * 0.8, isSecure);
            if (listener.Protocol is "pop3" or "pop3s")
                akka.WithPop3(endpoint, services, settings.Pop3);
            else
                akka.WithSmtp(endpoint, services, SmtpOf(listener.Protocol, settings));
        }
    }

    private static SmtpOptions SmtpOf(string protocol, ServerSettings settings)
    {
        // Only strangers are kept waiting.
        var known = settings.Smtp with
        {
            Session = settings.Smtp.Session with { GreetingDelay = TimeSpan.Zero, RefusesEarlyTalkers = false },
        };
        return protocol switch
        {
            "smtp" => settings.Smtp,
            "lmtp" => known with { IsLmtp = true },
            _ => known with { Submission = settings.Submission, RequireTls = false },
        };
    }

    private static void Publish(TlsIdentities identities, ImmutableArray<LoadedCertificate> certificates) =>
        identities.Replace([.. certificates.Select(certificate => new TlsIdentity(certificate))]);

    /// <summary>The listeners of one protocol are <c>smtp</c>, <c>smtp2</c>, and so are their sessions.</summary>
    private static IEnumerable<(BoundListener Listener, string Name)> Named(ImmutableArray<BoundListener> listeners) =>
        from protocol in listeners.GroupBy(listener => listener.Protocol)
        from numbered in protocol.Index()
        select (numbered.Item, numbered.Index == 0 ? protocol.Key : $"{protocol.Key}{numbered.Index + 1}");

    private static LogLevel LevelOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => LogLevel.DebugLevel,
        LogEventLevel.Information => LogLevel.InfoLevel,
        LogEventLevel.Warning => LogLevel.WarningLevel,
        _ => LogLevel.ErrorLevel,
    };

    /// <summary>
    /// Signals are the caller's business: the host neither listens for them nor writes to the console.
    /// </summary>
    private sealed class CallerLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
