using System.Text.RegularExpressions;
using ActorMail.Actors.Tests.Net;
using ActorMail.Tests;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Golden;

/// <summary>
/// Plays every file of <c>tests/transcripts</c>, each in four cuts. To accept new behaviour, run with
/// <c>UPDATE_TRANSCRIPTS=1</c> and read the difference before it is committed.
/// </summary>
public sealed partial class TranscriptSpecs(ITestOutputHelper output) : TestKit(output: output)
{
    public static TheoryData<string, Chunking> Cases
    {
        get
        {
            var cases = new TheoryData<string, Chunking>();
            var files = Directory.EnumerateFiles(Transcript.Root, "*.transcript", SearchOption.AllDirectories);
            foreach (var file in files.Order(StringComparer.Ordinal))
            {
                var path = Path.GetRelativePath(Transcript.Root, file);
                // What is sent in clear behind STARTTLS is thrown away only if it comes together with it.
                var isWhole = Transcript.Load(path).Given.Contains("whole");
                var cuts = Enum.GetValues<Chunking>()
                    .Where(cut => !isWhole || cut is Chunking.LineByLine or Chunking.AllAtOnce);
                foreach (var chunking in cuts)
                    cases.Add(path, chunking);
            }

            return cases;
        }
    }

    [Theory]
    [Requirement("R2920-3.2-e", "R5321-2.3.8-b")]
    [MemberData(nameof(Cases))]
    public async Task Session_should_follow_the_transcript_however_its_input_is_cut(string path, Chunking chunking)
    {
        var transcript = Transcript.Load(path);
        var given = transcript.Given.Select(line => line.Split(' ')).ToLookup(words => words[0], words => words[1..]);
        using var world = new MailWorld(this, given);
        await world.BeginAsync();

        var client = path.StartsWith("pop3", StringComparison.Ordinal) ? world.StartPop3() : world.StartSmtp();
        var recorded = await PlayAsync(transcript, chunking, client);

        var isUpdating = Environment.GetEnvironmentVariable("UPDATE_TRANSCRIPTS") == "1";
        if (isUpdating && chunking is Chunking.LineByLine)
            transcript.Rewrite(recorded);
        else if (chunking is Chunking.LineByLine)
            Assert.Equal(transcript.Conversation, recorded);
        else if (!isUpdating)
            Assert.Equal(transcript.ServerLines, recorded.Where(line => line.StartsWith('S')));
        foreach (var expectation in transcript.WorldAfter)
            world.Check(expectation);
    }

    private static async Task<List<string>> PlayAsync(Transcript transcript, Chunking chunking, TestClient client)
    {
        // Each piece is sent when the session waits for it, so that the cuts are just where they should be.
        var recorded = new List<string>();
        await client.ServerIsIdle();
        var hasBegun = false;
        foreach (var part in transcript.ClientPieces)
        {
            if (hasBegun)
            {
                recorded.Add(Transcript.Handshake);
                await client.SecureAsync();
            }

            hasBegun = true;
            await RecordAnswersAsync(client, recorded);
            foreach (var piece in Cut(part, chunking))
            {
                if (recorded is [.., Transcript.Closed])
                    return recorded;

                recorded.Add(Transcript.SpokenByClient(piece));
                await client.SendAsync(piece);
                await client.ServerIsIdle();
                await RecordAnswersAsync(client, recorded);
            }
        }

        return recorded;
    }

    private static async Task RecordAnswersAsync(TestClient client, List<string> recorded)
    {
        foreach (var line in await client.ReadArrivedAsync())
        {
            recorded.Add(
                line is null ? Transcript.Closed : Transcript.Spoken("S:", DeliveryId().Replace(line, "<id>")));
        }
    }

    private static IEnumerable<byte[]> Cut(byte[][] pieces, Chunking chunking) => chunking switch
    {
        Chunking.LineByLine => pieces,
        Chunking.ByteByByte => pieces.SelectMany(piece => piece).Select(octet => new[] { octet }),
        Chunking.LineAndOneByte => CutOneByteLate(pieces),
        _ => pieces.Length == 0 ? [] : [[.. pieces.SelectMany(piece => piece)]],
    };

    private static IEnumerable<byte[]> CutOneByteLate(byte[][] pieces)
    {
        byte[] all = [.. pieces.SelectMany(piece => piece)];
        var (start, end) = (0, 0);
        foreach (var piece in pieces)
        {
            end += piece.Length;
            var cut = Math.Min(end + 1, all.Length);
            if (cut > start)
                yield return all[start..cut];
            start = cut;
        }
    }

    /// <summary>The id of a delivery is new each time.</summary>
    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex DeliveryId();
}
