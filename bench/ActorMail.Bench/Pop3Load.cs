using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace ActorMail.Bench;

/// <summary>
/// Logs in, asks STAT, fetches all messages, one after the other or all asked for ahead (PIPELINING, RFC 2449 §6.6),
/// and leaves without deleting. In the first sessions generator and server warm up; of those behind them the one counts
/// that is in the middle.
/// </summary>
public sealed class Pop3Load(IPEndPoint server, string user, string password, bool isPipelined)
{
    public static Task Run(Arguments arguments) =>
        new Pop3Load(
            arguments.Server("server"), arguments.Text("user", "user0@example.org"),
            arguments.Text("password", "any"), arguments.Text("pipelined", "off") == "on").RunAndPrint(
                arguments.Number("warm-up", 3), arguments.Number("sessions", 5));

    public async Task RunAndPrint(int warmUp, int sessions)
    {
        for (var session = 0; session < warmUp; session++)
            await Fetch();
        List<(string Name, double Value)[]> found = [];
        for (var session = 0; session < sessions; session++)
            found.Add(await Fetch());
        Measurements.Print(found.OrderBy(RateOf).ElementAt(found.Count / 2));
    }

    private static double RateOf((string Name, double Value)[] session) =>
        session.First(pair => pair.Name == "rate").Value;

    private async Task<(string Name, double Value)[]> Fetch()
    {
        var start = Stopwatch.GetTimestamp();
        using var client = await Pop3Client.LogIn(server, user, password);
        var login = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var messages = await client.Count();
        start = Stopwatch.GetTimestamp();
        var octets = isPipelined ? await client.AskForAll(messages) : await FetchEach(client, messages);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await client.Ask("QUIT");
        return
        [
            ("messages", messages), ("octets", octets), ("login_ms", login * 1000), ("seconds", seconds),
            ("rate", messages / seconds), ("mb_s", octets / seconds / 1e6),
        ];
    }

    private static async Task<long> FetchEach(Pop3Client client, int messages)
    {
        long octets = 0;
        for (var number = 1; number <= messages; number++)
            octets += await client.AskForLines(string.Create(CultureInfo.InvariantCulture, $"RETR {number}"));
        return octets;
    }
}
