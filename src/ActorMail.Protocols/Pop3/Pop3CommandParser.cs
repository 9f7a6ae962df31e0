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
        // NUL, a bare CR or LF, a tab, an escape sequence: no command has any of them, and none may reach an account
        // name or a log.
        if (line.ContainsAnyInRange((byte)0x00, (byte)0x1F) || line.Contains((byte)0x7F) || !Utf8.IsValid(line))
            return new Pop3Command.Invalid("Control characters and octets that are not UTF-8 are not understood");

        var blank = line.IndexOf(Blank);
        var keyword = blank < 0 ? line : line[..blank];
        if (Is(keyword, "PASS"u8))
        {
            return blank < 0
                ? new Pop3Command.Invalid("Syntax: PASS password")
                : new Pop3Command.Pass(new Secret(Encoding.UTF8.GetString(line[(blank + 1)..])));
        }

        var argument = blank < 0 ? default : line[(blank + 1)..].TrimEnd(Blank);
        return argument.IsEmpty ? ParseWord(keyword) : ParseWithArgument(keyword, argument);
    }

    private static Pop3Command ParseWord(ReadOnlySpan<byte> keyword) => keyword switch
    {
        _ when Is(keyword, "STAT"u8) => Pop3Command.Stat.Instance,
        _ when Is(keyword, "LIST"u8) => new Pop3Command.List(null),
        _ when Is(keyword, "UIDL"u8) => new Pop3Command.Uidl(null),
        _ when Is(keyword, "RSET"u8) => Pop3Command.Rset.Instance,
        _ when Is(keyword, "NOOP"u8) => Pop3Command.Noop.Instance,
        _ when Is(keyword, "QUIT"u8) => Pop3Command.Quit.Instance,
        _ when Is(keyword, "CAPA"u8) => Pop3Command.Capa.Instance,
        _ when Is(keyword, "STLS"u8) => Pop3Command.Stls.Instance,
        _ when Is(keyword, "AUTH"u8) => new Pop3Command.Auth("", null),
        _ when Is(keyword, "USER"u8) => new Pop3Command.Invalid("Syntax: USER name"),
        _ when Is(keyword, "RETR"u8) => new Pop3Command.Invalid("Syntax: RETR number"),
        _ when Is(keyword, "DELE"u8) => new Pop3Command.Invalid("Syntax: DELE number"),
        _ when Is(keyword, "TOP"u8) => new Pop3Command.Invalid("Syntax: TOP number lines"),
        _ => Unknown(keyword),
    };

    private static Pop3Command ParseWithArgument(ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> argument) =>
        keyword switch
        {
            _ when Is(keyword, "USER"u8) => argument[0] == Blank
                ? new Pop3Command.Invalid("One blank between USER and the name, please")
                : new Pop3Command.User(Encoding.UTF8.GetString(argument)),
            _ when Is(keyword, "LIST"u8) => TryParseNumber(argument, out var number)
                ? new Pop3Command.List(number)
                : NoNumber("LIST or LIST number"),
            _ when Is(keyword, "UIDL"u8) => TryParseNumber(argument, out var number)
                ? new Pop3Command.Uidl(number)
                : NoNumber("UIDL or UIDL number"),
            _ when Is(keyword, "RETR"u8) => TryParseNumber(argument, out var number)
                ? new Pop3Command.Retr(number)
                : NoNumber("RETR number"),
            _ when Is(keyword, "DELE"u8) => TryParseNumber(argument, out var number)
                ? new Pop3Command.Dele(number)
                : NoNumber("DELE number"),
            _ when Is(keyword, "TOP"u8) => ParseTop(argument),
            _ when Is(keyword, "AUTH"u8) => ParseAuth(argument),
            // What is a command alone is none with something behind it.
            _ => ParseWord(keyword) is Pop3Command.Invalid unknown
                ? unknown
                : new Pop3Command.Invalid("This command takes no argument"),
        };

    private static Pop3Command ParseTop(ReadOnlySpan<byte> argument)
    {
        var blank = argument.IndexOf(Blank);
        return blank > 0
            && TryParseNumber(argument[..blank], out var number)
            && TryParseLineCount(argument[(blank + 1)..], out var lines)
                ? new Pop3Command.Top(number, lines)
                : NoNumber("TOP number lines");
    }

    private static Pop3Command ParseAuth(ReadOnlySpan<byte> argument)
    {
        var blank = argument.IndexOf(Blank);
        var mechanism = Encoding.UTF8.GetString(blank < 0 ? argument : argument[..blank]);
        if (blank < 0)
            return new Pop3Command.Auth(mechanism, null);

        var initial = argument[(blank + 1)..];
        return initial.Contains(Blank) || blank == 0
            ? new Pop3Command.Invalid("Syntax: AUTH mechanism [initial-response]")
            : new Pop3Command.Auth(mechanism, new Secret(Encoding.UTF8.GetString(initial)));
    }

    private static Pop3Command.Invalid NoNumber(string syntax) =>
        new($"No such message. Syntax: {syntax}, numbers from 1 in decimal digits");

    private static Pop3Command.Invalid Unknown(ReadOnlySpan<byte> keyword) => keyword switch
    {
        [] => new("A command was expected"),
        _ when Is(keyword, "APOP"u8) => new("Not offered here: log in with AUTH, or with USER and PASS"),
        _ => new("Unknown command"),
    };

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> keyword) =>
        Ascii.EqualsIgnoreCase(word, keyword);

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
