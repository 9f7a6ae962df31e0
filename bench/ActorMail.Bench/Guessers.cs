using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace ActorMail.Bench;

/// <summary>
/// Many clients guess passwords over POP3 from one address, some at one account and some at another each time. What is
/// measured is how long users with the right password wait for the first login of theirs, from the same address and
/// from another one, and how much memory the server takes meanwhile. The users are <c>login0@example.org</c>,
/// <c>login1@example.org</c> and so on, and log in for the first time since the server started.
/// </summary>
public sealed class Guessers(IPEndPoint server, int processId, int clients, int logins, string password)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);
    private static readonly IPAddress s_guessersAddress = IPAddress.Parse("127.0.0.1");
    private static readonly IPAddress s_anotherAddress = IPAddress.Parse("127.0.0.2");

    private int _guesses;
    private int _connections;

    public static Task Run(Arguments arguments) =>
        new Guessers(
            arguments.Server("server"), arguments.Number("pid", 0), arguments.Number("clients", 200),
            arguments.Number("logins", 20), arguments.Text("password", "correct horse")).RunAndPrint();

    public async Task RunAndPrint()
    {
        using var end = new CancellationTokenSource();
        var before = new ResidentMemory(processId).Now();
        var start = Stopwatch.GetTimestamp();
        var guessing = Enumerable.Range(0, clients).Select(id => Task.Run(() => Guess(id, end.Token))).ToArray();
        var peak = Peak(before, end.Token);
        // They are at it, and each waits for an answer.
        while (Volatile.Read(ref _guesses) < clients)
            await Task.Delay(s_pause);

        var (near, far) = (new List<double>(), new List<double>());
        for (var number = 0; number < logins; number++)
        {
            var isFar = number % 2 == 1;
            (isFar ? far : near).Add(
                await LogIn($"login{number}@example.org", isFar ? s_anotherAddress : s_guessersAddress));
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await end.CancelAsync();
        await Task.WhenAll(guessing);
        Print(near, far, seconds, before, await peak);
    }

    private async Task<double> LogIn(string user, IPAddress from)
    {
        using var client = await WireClient.Connect(server, from: from);
        await client.ExpectOk();
        var start = Stopwatch.GetTimestamp();
        await client.Send($"USER {user}");
        await client.ExpectOk();
        await client.Send($"PASS {password}");
        await client.ExpectOk();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await client.Send("QUIT");
        await client.ExpectOk();
        return seconds;
    }

    /// <summary>Comes again whenever the server has heard enough.</summary>
    private async Task Guess(int id, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                using var client = await WireClient.Connect(server, from: s_guessersAddress);
                Interlocked.Increment(ref _connections);
                await client.ExpectOk();
                while (!end.IsCancellationRequested)
                {
                    var number = Interlocked.Increment(ref _guesses);
                    var user = id % 2 == 0 ? "victim" : $"user{number}";
                    await client.Send($"USER {user}@example.org");
                    await client.Answer();
                    await client.Send($"PASS guess{number}");
                    await client.Answer();
                }
            }
            catch (InvalidDataException)
            {
                // Three failures end a session.
            }
            catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
            {
                await Task.Delay(s_pause, CancellationToken.None);
            }
        }
    }

    private async Task<double> Peak(double before, CancellationToken end)
    {
        var peak = before;
        while (!end.IsCancellationRequested)
        {
            peak = Math.Max(peak, new ResidentMemory(processId).Now());
            await Task.Delay(s_pause, CancellationToken.None);
        }

        return peak;
    }

    private void Print(List<double> near, List<double> far, double seconds, double before, double peak)
    {
        Console.WriteLine(
            $"{clients} clients guessed {_guesses} times in {seconds:N0} s over {_connections} connections");
        Console.WriteLine("| what | seen | wanted |");
        Console.WriteLine("| --- | ---: | ---: |");
        Row("s of a first login from the guessers' address", Range(near), "10 at most");
        Row("s of a first login from another address", Range(far), "10 at most");
        Row("MiB more at most", (peak - before).ToString("N0", CultureInfo.InvariantCulture), "256");

        static void Row(string what, string seen, string wanted) =>
            Console.WriteLine($"| {what} | {seen} | {wanted} |");
    }

    private static string Range(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? "-" : string.Create(
            CultureInfo.InvariantCulture, $"{values[values.Count / 2]:N2} ({values[0]:N2} - {values[^1]:N2})");
    }
}
