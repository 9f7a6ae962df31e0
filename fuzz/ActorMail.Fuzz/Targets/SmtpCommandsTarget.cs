using System.Buffers;
using ActorMail.Protocols.Tests.Wire;
using ActorMail.Protocols.Wire;

namespace ActorMail.Fuzz.Targets;

/// <summary>
/// Octets to lines, lines to commands, commands to replies, in all profiles. The first octet chooses the settings of
/// the server, the second one what the connection permits; the rest is what a client sends.
/// </summary>
internal sealed class SmtpCommandsTarget : IFuzzTarget
{
    /// <summary>Less than any server has, so that lines that are too long are short inputs.</summary>
    private const int MaxLineLength = 200;

    public string Name => "smtp-commands";

    public int MaxLength => 512;

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 3)
            return;

        var sent = input[2..].ToArray();
        if ((input[1] & 0x80) != 0)
            AssertSameLines(sent, size: 5 + input[0]);
        var conversation = new Conversation(Profiles.SettingsOf(input[0]), Profiles.AccessOf(input[1]));
        var reader = new LineReader(MaxLineLength);
        var rest = new ReadOnlySequence<byte>(sent);
        while (!conversation.IsOver)
        {
            switch (reader.TryRead(ref rest, out var line))
            {
                case LineResult.NeedsMoreData:
                    return;
                case LineResult.Line:
                    AssertLine(line);
                    conversation.Say(line, ref rest);
                    break;
                default:
                    break;
            }
        }
    }

    private static void AssertLine(ReadOnlySpan<byte> line)
    {
        Property.Holds(line.Length <= MaxLineLength - 2, "a line is as long as it may be");
        Property.Holds(line.IndexOf("\r\n"u8) < 0, "a line ends at its end");
    }

    /// <summary>The cut of the input says nothing.</summary>
    private static void AssertSameLines(byte[] sent, int size)
    {
        var whole = ReadLines([sent]);
        var cut = ReadLines(Pieces.Chunks(sent, size));
        Property.Holds(whole.SequenceEqual(cut), "lines are the same in one piece and in many");
        var text = Pieces.Text(sent);
        foreach (var line in whole.Where(line => line is not null))
            Property.Holds(text.Contains(line + "\r\n", StringComparison.Ordinal), "a line was sent");
    }

    /// <summary>Null where a line was too long.</summary>
    private static List<string?> ReadLines(byte[][] pieces)
    {
        var (reader, lines, kept) = (new LineReader(MaxLineLength), new List<string?>(), Array.Empty<byte>());
        foreach (var piece in pieces)
        {
            var input = Pieces.Join(kept, piece);
            while (reader.TryRead(ref input, out var line) is var result and not LineResult.NeedsMoreData)
                lines.Add(result is LineResult.Line ? Pieces.Text(line) : null);
            kept = input.ToArray();
        }

        return lines;
    }
}
