using System.Globalization;
using System.Text;
using System.Text.Unicode;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Pop3;

/// <summary>
/// One line, without its CRLF, to one <see cref="Pop3Command"/>. Keyword and arguments are parted by exactly one blank
/// (RFC 1939 §3); blanks at the end of a line are forgiven, except after PASS where they belong to the password.
/// </summary>
public static class Pop3CommandParser
{
    private const byte Blank = (byte)' ';

    public static Pop3Command Parse(ReadOnlySpan<byte> line)
    {
        if (line.Contains((byte)'\n'))
            return new Pop3Command.Invalid(Pop3Fault.BareLineFeed);

        // NUL, a bare CR or LF, a tab, an escape sequence: no command has any of them, and none may reach an account
        // name or a log.
        if (line.ContainsAnyInRange((byte)0x00, (byte)0x1F) || line.Contains((byte)0x7F) || !Utf8.IsValid(line))
            return new Pop3Command.Invalid(Pop3Fault.NotText);

        var blank = line.IndexOf(Blank);
        var keyword = blank < 0 ? line : line[..blank];
        if (Pop3Verbs.Find(keyword) is not { } verb)
            return Explain(Encoding.UTF8.GetString(keyword));

        if (verb is Pop3Verb.Pass)
            return blank < 0 ? Syntax(verb) : new Pop3Command.Pass(new Secret(Text(line[(blank + 1)..])));

        var argument = blank < 0 ? default : line[(blank + 1)..].TrimEnd(Blank);
        return argument.IsEmpty ? ParseWord(verb) : ParseWithArgument(verb, argument);
    }

    private static Pop3Command ParseWord(Pop3Verb verb) => verb switch
    {
        Pop3Verb.Stat => Pop3Command.Stat.Instance,
        Pop3Verb.List => new Pop3Command.List(null),
        Pop3Verb.Uidl => new Pop3Command.Uidl(null),
        Pop3Verb.Rset => Pop3Command.Rset.Instance,
        Pop3Verb.Noop => Pop3Command.Noop.Instance,
        Pop3Verb.Quit => Pop3Command.Quit.Instance,
        Pop3Verb.Capa => Pop3Command.Capa.Instance,
        Pop3Verb.Stls => Pop3Command.Stls.Instance,
        Pop3Verb.Utf8 => Pop3Command.Utf8.Instance,
        Pop3Verb.Lang => new Pop3Command.Lang(null),
        Pop3Verb.Help => new Pop3Command.Help(null),
        Pop3Verb.Auth => new Pop3Command.Auth("", null),
        _ => Syntax(verb),
    };

    private static Pop3Command ParseWithArgument(Pop3Verb verb, ReadOnlySpan<byte> argument) => verb switch
    {
        Pop3Verb.User => argument[0] == Blank ? Syntax(verb) : new Pop3Command.User(Text(argument)),
        Pop3Verb.List => TryParseNumber(argument, out var number) ? new Pop3Command.List(number) : NoNumber(verb),
        Pop3Verb.Uidl => TryParseNumber(argument, out var number) ? new Pop3Command.Uidl(number) : NoNumber(verb),
        Pop3Verb.Retr => TryParseNumber(argument, out var number) ? new Pop3Command.Retr(number) : NoNumber(verb),
        Pop3Verb.Dele => TryParseNumber(argument, out var number) ? new Pop3Command.Dele(number) : NoNumber(verb),
        Pop3Verb.Top => ParseTop(argument),
        Pop3Verb.Auth => ParseAuth(argument),
        Pop3Verb.Lang => IsRange(argument) ? new Pop3Command.Lang(Text(argument)) : Syntax(verb),
        Pop3Verb.Help => new Pop3Command.Help(Text(argument)),
        _ => new Pop3Command.Invalid(Pop3Fault.NoArgument, verb),
    };

    private static Pop3Command ParseTop(ReadOnlySpan<byte> argument)
    {
        var blank = argument.IndexOf(Blank);
        if (!TryParseNumber(blank < 0 ? argument : argument[..blank], out var number))
            return NoNumber(Pop3Verb.Top);

        return blank > 0 && TryParseLineCount(argument[(blank + 1)..], out var lines)
            ? new Pop3Command.Top(number, lines)
            : Syntax(Pop3Verb.Top);
    }

    private static Pop3Command ParseAuth(ReadOnlySpan<byte> argument)
    {
        var blank = argument.IndexOf(Blank);
        var mechanism = Text(blank < 0 ? argument : argument[..blank]);
        if (blank < 0)
            return new Pop3Command.Auth(mechanism, null);

        var initial = argument[(blank + 1)..];
        return initial.Contains(Blank) || blank == 0
            ? Syntax(Pop3Verb.Auth)
            : new Pop3Command.Auth(mechanism, new Secret(Text(initial)));
    }

    /// <summary>A basic language range: subtags of 1 to 8 letters or digits between hyphens (RFC 4647 §2.1).</summary>
    private static bool IsRange(ReadOnlySpan<byte> argument)
    {
        if (argument is [(byte)'*'])
            return true;

        foreach (var range in argument.Split((byte)'-'))
        {
            var subtag = argument[range];
            if (subtag.Length is < 1 or > 8)
                return false;
            foreach (var octet in subtag)
            {
                if (!char.IsAsciiLetterOrDigit((char)octet))
                    return false;
            }
        }

        return true;
    }

    private static Pop3Command.Invalid Syntax(Pop3Verb verb) => new(Pop3Fault.Syntax, verb);

    private static Pop3Command.Invalid NoNumber(Pop3Verb verb) => new(Pop3Fault.NoNumber, verb);

    private static Pop3Command.Invalid Explain(string keyword) => keyword switch
    {
        "" => new(Pop3Fault.Empty),
        _ when keyword.Equals("APOP", StringComparison.OrdinalIgnoreCase) => new(Pop3Fault.Apop),
        _ when Pop3Verbs.IsSmtp(keyword) => new(Pop3Fault.OtherProtocol),
        _ => Pop3Verbs.Suggest(keyword) is { } meant ? new(Pop3Fault.Misspelt, meant) : new(Pop3Fault.Unknown),
    };

    private static string Text(ReadOnlySpan<byte> octets) => Encoding.UTF8.GetString(octets);

    /// <summary>ASCII digits without a sign or a leading zero, from 1 to what an array can hold.</summary>
    private static bool TryParseNumber(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        return text is [>= (byte)'1' and <= (byte)'9', ..] && TryParseDigits(text, out number);
    }

    /// <summary>A count beyond any message means the whole of it (RFC 1939 §7), however many digits it has.</summary>
    private static bool TryParseLineCount(ReadOnlySpan<byte> text, out int lines)
    {
        lines = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;

        if (text[0] == (byte)'0')
            return text.Length == 1;

        if (!TryParseDigits(text, out lines))
            lines = int.MaxValue;
        return true;
    }

    private static bool TryParseDigits(ReadOnlySpan<byte> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
