using System.Collections.Immutable;
using System.Globalization;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;
using ActorMail.Actors.Pop3;
using ActorMail.Actors.Smtp;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Certificates;
using ActorMail.Storage.Mailboxes;
using Akka;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;

namespace ActorMail.Actors.Hosting;

/// <summary>Puts the actors of the server into an actor system: one extension method a feature.</summary>
public static class MailHosting
{
    private const string MailboxDispatcher = "mailbox-dispatcher";
    private const string JournalDispatcher = "journal-dispatcher";

    /// <summary>Mailboxes, deliveries, recipients and logins: all that stands behind the protocols.</summary>
    public static AkkaConfigurationBuilder WithMail(this AkkaConfigurationBuilder builder, MailServices services) =>
        builder
            .AddHocon(DispatcherConfig(services.IoThreads), HoconAddMode.Prepend)
            .WithActors((system, registry) =>
            {
                if (services.Quotas.HasDomains)
                    Count(services, system);
                // Its threads begin now, and not with the first mail, when there may be no descriptors left for them.
                system.Dispatchers.Lookup(MailboxDispatcher).Schedule(static () => { });
                var journal = system.ActorOf(
                    ActorProducer.PropsOf(() => new JournalActor(services.Store, services.Journal, services.Time))
                        .WithDispatcher(JournalDispatcher),
                    "journal");
                registry.Register<ActorKeys.Journal>(journal);
                Func<MailboxName, Props> mailbox = name =>
                    ActorProducer.PropsOf(
                        () => new MailboxActor(services.Store, name, journal, services.Mailboxes, services.Time)
                        {
                            Quotas = services.Quotas,
                        })
                        .WithDispatcher(MailboxDispatcher);
                var region = system.ActorOf(Props.Create(() => new MailboxParentActor(mailbox)), "mailboxes");
                registry.Register<ActorKeys.MailboxRegion>(region);
                var (mailboxes, time) = (services.Mailboxes, services.Time);
                registry.Register<ActorKeys.DeliveryCoordinator>(system.ActorOf(
                    Props.Create(() => new DeliveryCoordinatorActor(region, journal, mailboxes, time)), "delivery"));
                registry.Register<ActorKeys.RecipientResolver>(system.ActorOf(
                    RecipientResolverActor.CreateProps(
                        services.Recipients, services.Addresses, services.Quotas, services.Time),
                    "recipients"));
                registry.Register<ActorKeys.DnsLists>(system.ActorOf(DnsLists(services), "dns-lists"));
                registry.Register<ActorKeys.Authenticator>(system.ActorOf(
                    AuthenticatorActor.CreateProps(services.Auth, services.Time), "auth"));
            });

    /// <summary>An SMTP listener on a bound socket.</summary>
    public static AkkaConfigurationBuilder WithSmtp(
        this AkkaConfigurationBuilder builder, ListenerSettings listener, MailServices services, SmtpOptions options)
    {
        if (options.Submission is { } submission)
            options = options with { Submission = submission with { LeadsTo = services.Addresses.LeadsTo } };
        var settings = options.ToSettings(services.Recipients);
        return builder.WithListener(listener, registry =>
        {
            var peers = new SmtpServices(
                registry.Get<ActorKeys.RecipientResolver>(),
                registry.Get<ActorKeys.DeliveryCoordinator>(),
                Logins(registry, services, listener),
                services.Store,
                settings,
                services.Time)
            {
                Policy = SmtpPolicy.For(
                    options, services.Policy, services.Rates, services.Recipients.Domains,
                    registry.Get<ActorKeys.DnsLists>()),
            };
            return new ListenerOptions(
                connection => new SmtpSessionActor(connection, peers, options),
                refusal => InClear(listener, SmtpFarewells.LineFor(refusal, settings)));
        });
    }

    /// <summary>A POP3 listener on a bound socket.</summary>
    public static AkkaConfigurationBuilder WithPop3(
        this AkkaConfigurationBuilder builder, ListenerSettings listener, MailServices services, Pop3Options options) =>
        builder.WithListener(listener, registry =>
        {
            var peers = new Pop3Services(
                registry.Get<ActorKeys.MailboxRegion>(), Logins(registry, services, listener));
            return new ListenerOptions(
                connection => new Pop3SessionActor(connection, peers, options),
                refusal => InClear(listener, Pop3Farewells.LineFor(refusal)));
        });

    /// <summary>Looks after the certificates while the server runs.</summary>
    /// <param name="publish">Takes the new set when one of them was replaced.</param>
    public static AkkaConfigurationBuilder WithCertificates(
        this AkkaConfigurationBuilder builder,
        ImmutableArray<CertificateFile> files,
        Action<ImmutableArray<LoadedCertificate>> publish,
        TimeSpan interval,
        TimeProvider time) =>
        builder.WithActors((system, _) => system.ActorOf(
            ActorProducer.PropsOf(() => new CertificateActor(files, publish, interval, time)), "certificates"));

    /// <summary>
    /// What closed mailboxes hold counts in their domains. One that cannot be read counts once it can be opened.
    /// </summary>
    private static void Count(MailServices services, ActorSystem system)
    {
        foreach (var mailbox in MailStore.List(services.Store.Root))
        {
            try
            {
                services.Quotas.Set(mailbox, MailboxUsage.Read(services.Store.Root, mailbox));
                services.Quotas.Leave(mailbox);
            }
            catch (IOException fault)
            {
                system.Log.Warning("{Mailbox} is not counted for its domain yet: {Fault}", mailbox, fault.Message);
            }
        }
    }

    private static Props DnsLists(MailServices services)
    {
        var (lists, exempt) = (services.Policy.DnsLists, services.Policy.Exempt);
        // Made when it is needed first: most servers ask no lists, and then look for no name servers.
        var resolver = new Lazy<DnsResolver>(() => new DnsResolver(lists.Servers, lists.Timeout));
        return ActorProducer.PropsOf(
            () => new DnsListActor(lists, exempt, name => resolver.Value.QueryAsync(name), services.Time));
    }

    /// <summary>Who expects TLS could make nothing of it: he is turned away without a word.</summary>
    private static ReadOnlyMemory<byte> InClear(ListenerSettings listener, ReadOnlyMemory<byte> line) =>
        listener.IsSecure ? default : line;

    private static LoginServices Logins(
        IReadOnlyActorRegistry registry, MailServices services, ListenerSettings listener) =>
        new(registry.Get<ActorKeys.Authenticator>(), services.Auth, new SessionTls(services.Tls, listener.IsSecure));

    /// <summary>
    /// The listener, and its part in a coordinated shutdown: nobody is accepted any more, each session finishes what
    /// is under way, and who has not finished when the time is up is cut off.
    /// </summary>
    private static AkkaConfigurationBuilder WithListener(
        this AkkaConfigurationBuilder builder,
        ListenerSettings settings,
        Func<IReadOnlyActorRegistry, ListenerOptions> options) =>
        builder
            .AddHocon(DrainConfig(settings.DrainTimeout), HoconAddMode.Prepend)
            .WithActors((system, registry) =>
            {
                var made = options(registry);
                var listener = system.ActorOf(
                    Props.Create(() => new ListenerActor(settings.Socket, settings.Census, made)), settings.Name);
                CoordinatedShutdown.Get(system).AddTask(
                    CoordinatedShutdown.PhaseServiceUnbind,
                    $"drain-{settings.Name}",
                    () => DrainAsync(system, listener, settings.DrainTimeout));
            });

    private static async Task<Done> DrainAsync(ActorSystem system, IActorRef listener, TimeSpan timeout)
    {
        try
        {
            await listener.GracefulStop(timeout, NetProtocol.Drain.Instance).ConfigureAwait(false);
        }
        catch (TaskCanceledException)
        {
            system.Log.Warning("{Listener} cuts off sessions that did not end in time", listener.Path.Name);
        }

        return Done.Instance;
    }

    private static string DispatcherConfig(int threads) => string.Create(CultureInfo.InvariantCulture, $$"""
        {{MailboxDispatcher}} {
          type = ForkJoinDispatcher
          throughput = 64
          dedicated-thread-pool { thread-count = {{threads}}, threadtype = background }
        }
        {{JournalDispatcher}} {
          type = ForkJoinDispatcher
          throughput = 1000
          dedicated-thread-pool { thread-count = 1, threadtype = background }
        }
        """);

    private static string DrainConfig(TimeSpan timeout) => string.Create(CultureInfo.InvariantCulture, $$"""
        akka.coordinated-shutdown.phases.service-unbind.timeout = {{(long)timeout.TotalMilliseconds + 1_000}}ms
        """);
}
