using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using ActorMail.Actors.Auth;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Storage.Accounts;
using Akka.Actor;

namespace ActorMail.Bench;

/// <summary>
/// Whether time tells if a user exists: the authenticator refuses a wrong password, an unknown user and a disabled
/// account, in random order, by a password and by the two questions of SCRAM. The delay of refusals is skipped.
/// </summary>
public sealed class AuthTiming(int tries, IActorRef authenticator)
{
    /// <summary>Questions of SCRAM are answered within microseconds: one try is the mean of so many.</summary>
    private const int ScramBatch = 100;

    private const int WarmUp = 20;

    private static readonly string[] s_users = ["known@example.org", "ghost@example.org", "offed@example.org"];
    private static readonly string[] s_names = ["wrong password", "unknown user", "disabled account"];
    private static readonly byte[] s_authMessage = RandomNumberGenerator.GetBytes(200);

    public static async Task Run(Arguments arguments)
    {
        var folder = Directory.CreateTempSubdirectory("actormail-auth-");
        var path = Path.Join(folder.FullName, "accounts");
        var accounts = new AccountFile(path, TimeProvider.System);
        foreach (var user in new[] { "known", "offed" })
            accounts.Add(new MailAddress(user, "example.org"), new Secret("correct horse"), 600_000);
        accounts.SetDisabled(new MailAddress("offed", "example.org"), isDisabled: true);

        using var system = ActorSystem.Create("bench", """
            akka.scheduler.implementation = "ActorMail.Bench.SkippingScheduler, ActorMail.Bench"
            akka.loglevel = WARNING
            """);
        try
        {
            var options = new AuthOptions { AccountsFile = path, DefaultDomain = "example.org" };
            var authenticator = system.ActorOf(AuthenticatorActor.CreateProps(options, TimeProvider.System), "auth");
            await new AuthTiming(arguments.Number("tries", 200), authenticator).RunAndPrint();
        }
        finally
        {
            await system.Terminate();
            folder.Delete(recursive: true);
        }
    }

    public async Task RunAndPrint()
    {
        Console.WriteLine($"{tries} tries each; load {File.ReadAllText("/proc/loadavg").TrimEnd()}");
        Console.WriteLine("| question | who | median | middle half | : wrong password |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: |");
        await Measure("password, ms", 1e3, 1, user => new AuthProtocol.VerifyPassword(
            user, new Secret("guess"), null, IPAddress.Loopback));
        await Measure("salt of SCRAM, µs", 1e6, ScramBatch, user => new AuthProtocol.FindSalt(user, ScramHash.Sha256));
        await Measure("proof of SCRAM, µs", 1e6, ScramBatch, user => new AuthProtocol.VerifyProof(
            user, new ScramProof(ScramHash.Sha256, s_authMessage, new byte[32]), null, IPAddress.Loopback));
    }

    private async Task Measure(string question, double unit, int batch, Func<string, object> ask)
    {
        var waits = s_users.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < WarmUp + tries; round++)
        {
            var seconds = await Ask(ask, batch);
            for (var kind = 0; kind < waits.Length && round >= WarmUp; kind++)
                waits[kind].Add(seconds[kind] * unit);
        }

        foreach (var list in waits)
            list.Sort();
        for (var kind = 0; kind < waits.Length; kind++)
        {
            var (median, floor) = (At(waits[kind], 0.5), At(waits[0], 0.5));
            var (low, high) = (At(waits[kind], 0.25), At(waits[kind], 0.75));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {question} | {s_names[kind]} | {median:N1} | {low:N1} - {high:N1} | {median / floor:N3} |"));
        }
    }

    /// <summary>
    /// One of each kind after the other, so often: whatever else the machine does meets all kinds alike.
    /// </summary>
    private async Task<double[]> Ask(Func<string, object> ask, int batch)
    {
        var (seconds, order) = (new double[s_users.Length], Enumerable.Range(0, s_users.Length).ToArray());
        for (var n = 0; n < batch; n++)
        {
            Random.Shared.Shuffle(order);
            foreach (var kind in order)
            {
                var question = ask(s_users[kind]);
                var start = Stopwatch.GetTimestamp();
                await authenticator.Ask<object>(question);
                seconds[kind] += Stopwatch.GetElapsedTime(start).TotalSeconds / batch;
            }
        }

        return seconds;
    }

    private static double At(List<double> sorted, double part) => sorted[(int)(part * (sorted.Count - 1))];
}
