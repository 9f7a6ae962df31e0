using System.Net;

namespace ActorMail.Bench;

/// <summary>
/// Many clients, each from an address of its own (all of 127.0.0.0/8 is this machine), that begin a message and leave:
/// whatever a server counts by address then knows all of them.
/// </summary>
public static class Strangers
{
    private const int AtATime = 32;

    public static async Task Run(Arguments arguments)
    {
        var server = arguments.Server("server");
        var clients = arguments.Number("clients", 100_000);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, clients),
            new ParallelOptions { MaxDegreeOfParallelism = AtATime },
            async (number, _) => await Visit(server, number));
        Measurements.Print(("clients", clients));
    }

    private static async Task Visit(IPEndPoint server, int number)
    {
        var address = new IPAddress([127, (byte)(16 + (number >> 16)), (byte)(number >> 8), (byte)number]);
        using var client = await SmtpLoad.Greeted(server, from: address);
        await client.Send("MAIL FROM:<sender@example.net>");
        await client.Expect(250);
        await client.Send("QUIT");
        await client.Expect(221);
    }
}
