using System.Net;

namespace ActorMail.Bench;

/// <summary>
/// What idle sessions under TLS cost a server: many that have done their handshake and read the greeting, less what the
/// server held before the first of them. A few sessions one after the other come first, so that the code is there.
/// </summary>
public sealed class TlsMemoryProbe(IPEndPoint server, ResidentMemory memory, bool isSecure, bool isSmtp)
{
    private const int WarmUpSessions = 50;

    public static Task Run(Arguments arguments) =>
        new TlsMemoryProbe(
            arguments.Server("server"), new ResidentMemory(arguments.Number("pid", 0)),
            arguments.Text("tls", "on") == "on", arguments.Text("protocol", "smtp") == "smtp")
            .RunAndPrint(arguments.Number("sessions", 1000));

    private async Task RunAndPrint(int sessions)
    {
        for (var number = 0; number < WarmUpSessions; number++)
            (await Greeted()).Dispose();
        var before = await memory.Settled();
        var clients = new List<WireClient>();
        for (var number = 0; number < sessions; number++)
            clients.Add(await Greeted());
        var after = await memory.Settled();
        clients.ForEach(client => client.Dispose());
        Measurements.Print(
            ("sessions", sessions), ("before_mib", before), ("idle_mib", after),
            ("session_kib", (after - before) * 1024 / sessions));
    }

    private async Task<WireClient> Greeted()
    {
        var client = await WireClient.Connect(server);
        if (isSecure)
            await client.Secure(ClientTls.For("mail.example.org", resumes: false));
        if (isSmtp)
            await client.Expect(220);
        else
            await client.ExpectOk();
        return client;
    }
}
