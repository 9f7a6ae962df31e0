using System.Buffers;
using System.Text;
using ActorMail.Protocols.Pop3;
using ActorMail.Protocols.Wire;

namespace ActorMail.Fuzz.Targets;

/// <summary>
/// Octets to lines, lines to commands, commands to replies. The first octet chooses the settings, the second one what
/// the connection permits, the third one the maildrop; the rest is what a client sends. Whoever is asked agrees.
/// </summary>
internal sealed class Pop3CommandsTarget : IFuzzTarget
{
    private const int MaxLineLength = 200;

    public string Name => "pop3-commands";

    public int MaxLength => 512;

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 4)
            return;

        var conversation = new Pop3Conversation(input[0], input[1], messages: input[2] % 8);
        var reader = new LineReader(MaxLineLength);
        var rest = new ReadOnlySequence<byte>(input[3..].ToArray());
        while (!conversation.IsOver)
        {
            switch (reader.TryRead(ref rest, out var line))
            {
                case LineResult.NeedsMoreData:
                    return;
                case LineResult.Line:
                    var command = Pop3CommandParser.Parse(line);
                    AssertSame(line, command);
                    conversation.Say(command);
                    break;
                default:
                    conversation.Say(new Pop3Command.Invalid(Pop3Fault.TooLong));
                    break;
            }
        }
    }

    /// <summary>The letter case of a keyword says nothing, and no control character is in a command.</summary>
    private static void AssertSame(ReadOnlySpan<byte> line, Pop3Command command)
    {
        var text = Encoding.Latin1.GetString(line);
        var keyword = text.Split(' ')[0];
        var other = keyword.ToLowerInvariant() + text[keyword.Length..];
        if (Ascii.IsValid(keyword))
        {
            var same = Pop3CommandParser.Parse(Encoding.Latin1.GetBytes(other));
            Property.Equal(command, same, "letter case says nothing");
        }

        var hasControls = text.Any(letter => letter is < ' ' or '\x7F');
        Property.Holds(!hasControls || command is Pop3Command.Invalid, "a command has no control characters");
    }
}
