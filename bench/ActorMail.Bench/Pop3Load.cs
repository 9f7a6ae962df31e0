using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace ActorMail.Bench;

/// <summary>
/// Logs in, asks STAT, fetches all messages one after the other, and leaves without deleting. Only the second of two
/// such sessions is measured: in the first, generator and server warm up.
/// </summary>
public sealed class Pop3Load(IPEndPoint server, string user, string password)
{
    public static Task Run(Arguments arguments) =>
        new Pop3Load(
            arguments.Server("server"), arguments.Text("user", "user0@example.org"),
            arguments.Text("password", "any")).RunAndPrint();

    public async Task RunAndPrint()
    {
        await Fetch();
        Measurements.Print(await Fetch());
    }

    private async Task<(string Name, double Value)[]> Fetch()
    {
        var start = Stopwatch.GetTimestamp();
        using var client = await WireClient.Connect(server, 256 * 1024);
        await client.ExpectOk();
        await client.Send($"USER {user}");
        await client.ExpectOk();
        await client.Send($"PASS {password}");
        await client.ExpectOk();
        var login = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await client.Send("STAT");
        var stat = (await client.ExpectOk()).Split(' ');
        var messages = int.Parse(stat[1], NumberStyles.None, CultureInfo.InvariantCulture);
        start = Stopwatch.GetTimestamp();
        long octets = 0;
        for (var number = 1; number <= messages; number++)
        {
            await client.Send($"RETR {number}");
            await client.ExpectOk();
            octets += await client.SkipToDot();
        }
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await client.Send("QUIT");
        await client.ExpectOk();
        return
        [
            ("messages", messages), ("octets", octets), ("login_ms", login * 1000), ("seconds", seconds),
            ("rate", messages / seconds), ("mb_s", octets / seconds / 1e6),
        ];
    }
}
