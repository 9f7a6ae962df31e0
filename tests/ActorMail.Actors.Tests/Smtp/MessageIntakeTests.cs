using System.Buffers;
using System.Text;
using ActorMail.Actors.Smtp;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Smtp;

public sealed class MessageIntakeTests : IDisposable
{
    private readonly TemporaryStore _store = new(new StoreOptions { MinFreeSpace = 0, SpoolThreshold = 100_000 });
    private readonly SmtpOptions _options = new() { Hostname = "mail.example.org", MaxMessageSize = 10_000_000 };

    public void Dispose() => _store.Dispose();

    [Theory]
    [Requirement("R3030-2-b", "R3030-3-b", "S8")]
    [InlineData(100)]
    [InlineData(3_000)]
    public void A_body_that_turns_raw_has_all_its_octets_in_memory_or_in_a_file(int lines)
    {
        var line = "a line of text to store\r\nFrom x\r\n";
        var text = "Subject: x\r\n\r\n" + string.Concat(Enumerable.Repeat(line, lines));
        var content = $"{text}\n\0{text}\r";
        using var intake = new MessageIntake(_store.Store, _options, header: null, isChunked: true);

        TakeAll(intake, content, chunk: 10_007, read: 4_096);
        using var body = intake.Complete()!;

        var stored = content.Replace("\nFrom ", "\n>From ", StringComparison.Ordinal);
        Assert.Equal(stored.Length, body.Length);
        Assert.Equal(content.Length + 2, body.WireLength);
        Assert.Equal("Subject: x\r\n\r\n".Length, body.HeaderLength);
        Assert.Equal(BodyTraits.Raw | BodyTraits.Quoted, body.Traits);
        var octets = new byte[stored.Length + 1];
        Assert.Equal(stored.Length, body.Read(0, octets));
        Assert.Equal(stored, Encoding.Latin1.GetString(octets.AsSpan(0, stored.Length)));
    }

    [Fact]
    [Requirement("R3030-2-d", "S5", "S8")]
    public void A_message_too_large_is_still_read_to_the_end_of_each_chunk()
    {
        using var intake = new MessageIntake(
            _store.Store, _options with { MaxMessageSize = 20 }, header: null, isChunked: true);
        intake.BeginChunk(12, isLast: false);
        var input = Input("Subject: x\r\nBDAT 9 LAST");
        Assert.True(intake.Take(ref input));
        Assert.Equal((DataFault.None, "BDAT 9 LAST"), (intake.Fault, Text(input)));

        intake.BeginChunk(9, isLast: true);
        Assert.Equal(DataFault.TooLarge, intake.Fault);
        input = Input("\n\n");
        Assert.False(intake.Take(ref input));
        input = Input("1234567RSET");

        Assert.True(intake.Take(ref input));
        Assert.Equal("RSET", Text(input));
        Assert.Equal(21, intake.Received);
    }

    [Fact]
    [Requirement("R3030-2-d", "D4", "S8")]
    public void A_disk_that_fails_leaves_the_rest_of_the_chunks_to_be_thrown_away()
    {
        using var intake = new MessageIntake(_store.Store, _options, header: null, isChunked: true);
        TakeAll(intake, new string('a', 50_000), chunk: 50_000, read: 4_096, endsMessage: false);
        Directory.Delete(Path.Join(_store.Store.Root, "spool"), recursive: true);
        TakeAll(intake, new string('a', 150_000) + "\n", chunk: 50_000, read: 4_096);

        Assert.IsAssignableFrom<IOException>(intake.StoreFault);
        Assert.Equal((DataFault.None, 200_001), (intake.Fault, intake.Received));
    }

    [Fact]
    [Requirement("R6409-8.3-a")]
    public void The_header_of_a_raw_message_is_looked_at_as_it_is_stored()
    {
        var header = new SubmittedHeader(1_000);
        using var intake = new MessageIntake(_store.Store, _options, header, isChunked: true);

        TakeAll(intake, "From: a@x\r\nDate: now\r\n\r\n\nMessage-ID: <1>\r\n", chunk: 5, read: 3);

        var settings = _options.ToSettings(new() { DefaultDomain = "example.org" }) with { MaySend = (_, _) => true };
        var identity = new LoginIdentity(TemporaryStore.NameOf("a@x"), new MailAddress("a", "x"));
        var trace = new TraceInfo(
            "h", "c", null, TransportProtocol.Esmtp, null, true, "id", null, null, DateTimeOffset.UnixEpoch);
        Assert.Null(header.Check(intake.HeaderLength, settings, identity, trace, out var missing));
        Assert.Equal(24, intake.HeaderLength);
        Assert.StartsWith("Message-ID: ", Assert.Single(missing), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_is_taken_up_to_its_dot_as_before()
    {
        using var intake = new MessageIntake(_store.Store, _options, header: null);
        var input = Input("A: b\r\n\r\n..c\r\n.\r\nQUIT\r\n");

        Assert.True(intake.Take(ref input));
        using var body = intake.Complete()!;
        Assert.Equal(("QUIT\r\n", 9, false), (Text(input), body.Length, intake.IsChunked));
    }

    private static ReadOnlySequence<byte> Input(string text) => new(Encoding.Latin1.GetBytes(text));

    private static string Text(ReadOnlySequence<byte> input) => Encoding.Latin1.GetString(input);

    private static void TakeAll(MessageIntake intake, string content, int chunk, int read, bool endsMessage = true)
    {
        var octets = Encoding.Latin1.GetBytes(content);
        for (var start = 0; start < octets.Length; start += chunk)
        {
            var end = Math.Min(octets.Length, start + chunk);
            intake.BeginChunk(end - start, isLast: endsMessage && end == octets.Length);
            for (var at = start; at < end; at += read)
            {
                var input = new ReadOnlySequence<byte>(octets, at, Math.Min(read, end - at));
                Assert.Equal(at + read >= end, intake.Take(ref input));
                Assert.True(input.IsEmpty);
            }
        }
    }
}
