using System.Net;
using System.Net.Sockets;
using System.Text;
using Spectre.Console;

namespace ActorMail.Server.Cli;

/// <summary>One client of the demo: says its lines, reads the replies, and prints both as they happen.</summary>
internal sealed class DemoConversation : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TcpClient _client = new();
    private readonly IAnsiConsole _console;
    private readonly CancellationToken _cancellation;
    private StreamReader _replies = StreamReader.Null;

    private DemoConversation(IAnsiConsole console, CancellationToken cancellation) =>
        (_console, _cancellation) = (console, cancellation);

    public static async Task<DemoConversation> ConnectAsync(
        IPEndPoint server, IAnsiConsole console, CancellationToken cancellation)
    {
        var conversation = new DemoConversation(console, cancellation);
        await conversation._client.ConnectAsync(server, cancellation);
        conversation._replies = new StreamReader(conversation._client.GetStream(), Encoding.Latin1);
        return conversation;
    }

    /// <summary>Sends lines that get one reply together: a command, or the text of a message.</summary>
    public async Task SayAsync(params string[] lines)
    {
        foreach (var line in lines)
            Print("C:", line, "green");
        var octets = Encoding.Latin1.GetBytes(string.Concat(lines.Select(line => line + "\r\n")));
        await _client.GetStream().WriteAsync(octets, _cancellation);
    }

    /// <summary>Reads one reply; in SMTP, its lines up to the one with a blank behind the code.</summary>
    public async Task HearAsync(string expected)
    {
        string line;
        do
        {
            line = await ReadLineAsync();
        }
        while (line.Length > 3 && line[3] == '-' && char.IsAsciiDigit(line[0]));

        if (!line.StartsWith(expected, StringComparison.Ordinal))
            throw new DemoFailedException($"expected {expected}, but the server said: {line}");
    }

    /// <summary>Reads the lines below a POP3 status line, up to the dot.</summary>
    public async Task HearLinesAsync()
    {
        string line;
        do
        {
            line = await ReadLineAsync();
        }
        while (line != ".");
    }

    public void Dispose()
    {
        _replies.Dispose();
        _client.Dispose();
    }

    private async Task<string> ReadLineAsync()
    {
        var line = await _replies.ReadLineAsync(_cancellation).AsTask().WaitAsync(Patience, _cancellation)
            ?? throw new DemoFailedException("the server closed the connection too early");
        Print("S:", line, "aqua");
        return line;
    }

    private void Print(string speaker, string line, string colour) =>
        _console.MarkupLine($"  [{colour}]{speaker}[/] {Markup.Escape(line)}");
}
