using ActorMail.Actors.Auth;
using ActorMail.Actors.Hosting;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorMail.Bench.Store;

/// <summary>
/// The store as the server has it: coordinator, mailbox actors, journal. Only the sessions are not there.
/// </summary>
internal sealed class ActorDeliveries : IDeliveries
{
    private readonly MailStore _store;
    private readonly IHost _host;
    private readonly Letter _letter;
    private readonly int _mailboxes;
    private readonly int _writers;

    private ActorDeliveries(MailStore store, IHost host, Letter letter, int mailboxes, int writers) =>
        (_store, _host, _letter, _mailboxes, _writers) = (store, host, letter, mailboxes, writers);

    public static async Task<ActorDeliveries> Start(
        MailStore store, Letter letter, int mailboxes, int writers, int threads)
    {
        var host = await StartHost(store, threads);
        return new ActorDeliveries(store, host, letter, mailboxes, writers);
    }

    public static async Task<IHost> StartHost(MailStore store, int threads)
    {
        var services = new MailServices(
            store, new MailboxOptions(), new RecipientOptions { DefaultDomain = "example.org" },
            new AuthOptions { IsOpen = true }, new TlsIdentities(), new JournalActorOptions(), threads,
            TimeProvider.System);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddAkka("bench", akka => akka
            .ConfigureLoggers(loggers => loggers.ClearLoggers())
            .WithMail(services));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public async Task<long> Run(TimeSpan time)
    {
        var system = _host.Services.GetRequiredService<ActorSystem>();
        var coordinator = _host.Services.GetRequiredService<IReadOnlyActorRegistry>()
            .Get<ActorKeys.DeliveryCoordinator>();
        var writers = Enumerable.Range(0, _writers).Select(number =>
        {
            var work = new WriterActor.Work(_store, _letter, coordinator, _mailboxes, number, time);
            system.ActorOf(Props.Create(() => new WriterActor(work)));
            return work.Count.Task;
        }).ToArray();
        return (await Task.WhenAll(writers)).Sum();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _store.Dispose();
    }
}
