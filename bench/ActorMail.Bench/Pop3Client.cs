using System.Globalization;
using System.Net;
using System.Text;

namespace ActorMail.Bench;

/// <summary>A POP3 session of a generator, which takes only <c>+OK</c> for an answer.</summary>
public sealed class Pop3Client : IDisposable
{
    private const int BufferOctets = 256 * 1024;

    private readonly WireClient _client;

    private Pop3Client(WireClient client) => _client = client;

    public static async Task<Pop3Client> LogIn(IPEndPoint server, string user, string password)
    {
        var session = new Pop3Client(await WireClient.Connect(server, BufferOctets));
        await session._client.ExpectOk();
        await session.Ask($"USER {user}");
        await session.Ask($"PASS {password}");
        return session;
    }

    /// <summary>The number of messages, by STAT.</summary>
    public async Task<int> Count() =>
        int.Parse((await Ask("STAT")).Split(' ')[1], NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>A command with an answer of one line.</summary>
    public async Task<string> Ask(string command)
    {
        await _client.Send(command);
        return await _client.ExpectOk();
    }

    /// <summary>A command with lines behind its answer; gives their octets.</summary>
    public async Task<long> AskForLines(string command)
    {
        await Ask(command);
        return await _client.SkipToDot();
    }

    /// <summary>RETR of all messages, sent as fast as the server takes it; gives the octets of all.</summary>
    public async Task<long> AskForAll(int messages)
    {
        var sending = _client.Send(Commands("RETR", messages));
        long octets = 0;
        for (var number = 1; number <= messages; number++)
        {
            await _client.ExpectOk();
            octets += await _client.SkipToDot();
        }

        await sending;
        return octets;
    }

    /// <summary>DELE of all messages, sent as fast as the server takes it.</summary>
    public async Task DeleteAll(int messages)
    {
        var sending = _client.Send(Commands("DELE", messages));
        for (var number = 1; number <= messages; number++)
            await _client.ExpectOk();
        await sending;
    }

    public void Dispose() => _client.Dispose();

    private static byte[] Commands(string verb, int messages)
    {
        var text = new StringBuilder();
        for (var number = 1; number <= messages; number++)
            text.Append(CultureInfo.InvariantCulture, $"{verb} {number}\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
