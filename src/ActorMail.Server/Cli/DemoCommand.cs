using System.Net.Sockets;
using ActorMail.Server.Configuration;
using ActorMail.Server.Hosting;
using ActorMail.Server.Logging;
using Serilog.Events;
using Spectre.Console;

namespace ActorMail.Server.Cli;

/// <summary><c>actormail demo</c>: the whole story of a mail, on free ports and in a folder of its own.</summary>
internal static class DemoCommand
{
    private const string Bob = "bob@example.org";

    /// <summary>The user's settings, but for what would touch his mail or meet his server.</summary>
    public static SettingsSources Isolate(SettingsSources sources, string folder) => sources with
    {
        Assignments =
        [
            .. sources.Assignments,
            $"actormail.data={folder}",
            "actormail.smtp.listen=127.0.0.1:0",
            "actormail.submission.listen=",
            "actormail.submissions.listen=",
            "actormail.pop3.listen=127.0.0.1:0",
            "actormail.pop3s.listen=",
            "actormail.tls.mode=off",
            "actormail.tls.certificates=auto",
            "actormail.tls.keys=",
            "actormail.smtp.require-tls=off",
            "actormail.auth.allow-plaintext=on",
            "actormail.accounts.mode=open",
            "actormail.accounts.file=auto",
            "actormail.domains=*",
            "actormail.default-domain=auto",
            "actormail.ports-file=",
            "actormail.log.file=",
        ],
    };

    public static async Task<int> Execute(ServerSettings settings, Terminal terminal, CancellationToken cancellation)
    {
        // The story is told by the dialogs; the log would only talk in between.
        await using var logger = LogSetup.Configure(settings.Log with { Level = LogEventLevel.Fatal }).CreateLogger();
        await using var server = await MailServer.StartAsync(settings, logger);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) });
        // A line of a dialog is one line, however wide the console takes itself to be.
        console.Profile.Width = 1_000;
        try
        {
            await TellAsync(settings, server, console, cancellation);
            return ExitCode.Ok;
        }
        catch (Exception fault)
            when (fault is DemoFailedException or IOException or SocketException or TimeoutException)
        {
            return terminal.Fail(ExitCode.Software, $"demo: {fault.Message}");
        }
    }

    private static async Task TellAsync(
        ServerSettings settings, MailServer server, IAnsiConsole console, CancellationToken cancellation)
    {
        var smtp = server.Listeners.First(listener => listener.Protocol == "smtp").Endpoint;
        var pop3 = server.Listeners.First(listener => listener.Protocol == "pop3").Endpoint;

        Title(console, $"1. Alice sends a mail to Bob by SMTP (telnet {smtp.Address} {smtp.Port})");
        using (var alice = await DemoConversation.ConnectAsync(smtp, console, cancellation))
            await SendAsync(alice);

        Title(console, $"2. It is in a plain file, named after the recipient (cat data/mail/{Bob})");
        foreach (var line in await File.ReadAllLinesAsync(Path.Join(settings.DataFolder, "mail", Bob), cancellation))
            console.MarkupLine($"  [grey]{Markup.Escape(line)}[/]");

        Title(console, $"3. Bob reads and deletes it by POP3 (telnet {pop3.Address} {pop3.Port})");
        using (var bob = await DemoConversation.ConnectAsync(pop3, console, cancellation))
            await ReadAsync(bob);

        var left = new FileInfo(Path.Join(settings.DataFolder, "mail", Bob)).Length;
        Title(console, $"4. The file of his mailbox has {left} octets now");
    }

    private static async Task SendAsync(DemoConversation alice)
    {
        await alice.HearAsync("220");
        (string Line, string Reply)[] dialog =
        [
            ("HELO laptop.example.net", "250"), ("MAIL FROM:<alice@example.net>", "250"),
            ($"RCPT TO:<{Bob}>", "250"), ("DATA", "354"),
        ];
        foreach (var (line, reply) in dialog)
        {
            await alice.SayAsync(line);
            await alice.HearAsync(reply);
        }

        await alice.SayAsync("From: Alice <alice@example.net>", $"To: {Bob}", "Subject: Hello", "", "Hello Bob!", ".");
        await alice.HearAsync("250");
        await alice.SayAsync("QUIT");
        await alice.HearAsync("221");
    }

    private static async Task ReadAsync(DemoConversation bob)
    {
        await bob.HearAsync("+OK");
        (string Line, bool HasLines)[] dialog =
        [
            ($"USER {Bob}", false), ("PASS anything", false), ("STAT", false), ("LIST", true), ("RETR 1", true),
            ("DELE 1", false), ("QUIT", false),
        ];
        foreach (var (line, hasLines) in dialog)
        {
            await bob.SayAsync(line);
            await bob.HearAsync("+OK");
            if (hasLines)
                await bob.HearLinesAsync();
        }
    }

    private static void Title(IAnsiConsole console, string text)
    {
        console.WriteLine();
        console.MarkupLine($"[bold]{Markup.Escape(text)}[/]");
    }
}
