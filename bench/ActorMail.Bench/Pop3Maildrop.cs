using System.Diagnostics;
using System.Net;

namespace ActorMail.Bench;

/// <summary>
/// One session with a large maildrop: from the connection to the answer to STAT, LIST, UIDL, QUIT; or from there DELE
/// of all messages, all sent ahead, and QUIT. Sessions with a small maildrop before it warm up the generator, and the
/// server if it is the same.
/// </summary>
public sealed class Pop3Maildrop(IPEndPoint server, string user, string password)
{
    public static async Task Run(Arguments arguments)
    {
        var password = arguments.Text("password", "any");
        var small = new Pop3Maildrop(
            arguments.Server("warm-up"), arguments.Text("warm-up-user", "small"), password);
        for (var session = 0; session < arguments.Number("sessions", 20); session++)
            await small.Visit(mustDelete: false);
        var large = new Pop3Maildrop(
            arguments.Server("server"), arguments.Text("user", "user0@example.org"), password);
        Measurements.Print(await large.Visit(arguments.Text("delete", "off") == "on"));
    }

    private async Task<(string Name, double Value)[]> Visit(bool mustDelete)
    {
        var start = Stopwatch.GetTimestamp();
        using var client = await Pop3Client.LogIn(server, user, password);
        var messages = await client.Count();
        var stat = Stopwatch.GetElapsedTime(start);
        if (mustDelete)
        {
            var deletion = await Time(() => client.DeleteAll(messages));
            return [("messages", messages), ("dele_ms", deletion), ("quit_ms", await Time(() => client.Ask("QUIT")))];
        }

        var list = await Time(() => client.AskForLines("LIST"));
        var uidl = await Time(() => client.AskForLines("UIDL"));
        await client.Ask("QUIT");
        return [("messages", messages), ("stat_ms", stat.TotalMilliseconds), ("list_ms", list), ("uidl_ms", uidl)];
    }

    private static async Task<double> Time(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
