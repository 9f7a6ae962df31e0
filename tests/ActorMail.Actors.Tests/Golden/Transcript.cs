using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace ActorMail.Actors.Tests.Golden;

/// <summary>
/// A conversation as a text file. <c>C:</c> is a line of the client and <c>S:</c> one of the server, both without
/// their CRLF; <c>C-:</c> is sent without a CRLF; <c>C: [tls]</c> is a handshake, and all behind it goes through TLS;
/// <c>S: [close]</c> says that the server hangs up. <c>G:</c> lines give
/// the world before, <c>W:</c> lines the world after, <c>#</c> starts a comment. Octets that are not printable are
/// written <c>\xHH</c>, a backslash <c>\\</c>; letters beyond ASCII stand for their UTF-8.
/// </summary>
internal sealed record Transcript(string Path, IReadOnlyList<string> Lines)
{
    public const string Closed = "S: [close]";
    public const string Handshake = "C: [tls]";

    public static string Root { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "transcripts");

    public IEnumerable<string> Given => Of("G:").Select(Text);

    public IEnumerable<string> Conversation => Of("C:", "C-:", "S:");

    public IEnumerable<string> ServerLines => Of("S:");

    public IEnumerable<string> WorldAfter => Of("W:").Select(Text);

    /// <summary>What the client sends in clear, then under TLS.</summary>
    public IEnumerable<byte[][]> ClientPieces
    {
        get
        {
            var lines = Of("C:", "C-:").ToList();
            var handshake = lines.IndexOf(Handshake);
            IEnumerable<List<string>> parts = handshake < 0 ? [lines] : [lines[..handshake], lines[(handshake + 1)..]];
            return parts.Select(part => part.Select(Octets).ToArray());
        }
    }

    public static Transcript Load(string path) => new(path, File.ReadAllLines(System.IO.Path.Combine(Root, path)));

    /// <summary>A message file beside the transcripts, with LF line ends.</summary>
    public static byte[] Message(string path) => File.ReadAllBytes(System.IO.Path.Combine(Root, path));

    public static string Spoken(string speaker, string line) =>
        line.Length == 0 ? speaker : $"{speaker} {Escape(line)}";

    public static string SpokenByClient(byte[] piece)
    {
        var text = Encoding.Latin1.GetString(piece);
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? Spoken("C:", text[..^2]) : Spoken("C-:", text);
    }

    /// <summary>Puts what was recorded in place of the conversation, in the source tree.</summary>
    public void Rewrite(IEnumerable<string> recorded, [CallerFilePath] string here = "")
    {
        var head = Lines.TakeWhile(line => !IsOf(line, "C:", "C-:", "S:"));
        var after = Of("W:").ToList();
        var tests = Directory.GetParent(here)!.Parent!.Parent!.FullName;
        var all = head.Concat(recorded).Concat(after.Count > 0 ? ["", .. after] : Enumerable.Empty<string>());
        File.WriteAllText(System.IO.Path.Combine(tests, "transcripts", Path), string.Join('\n', all) + "\n");
    }

    /// <summary>What goes over the wire for a line of the conversation.</summary>
    public static byte[] Octets(string line)
    {
        var text = Encoding.Latin1.GetString(
            Encoding.UTF8.GetBytes(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]));
        var unescaped = Unescape(text.StartsWith(' ') ? text[1..] : text);
        return Encoding.Latin1.GetBytes(unescaped + (IsOf(line, "C-:") ? "" : "\r\n"));
    }

    private static bool IsOf(string line, params string[] speakers) =>
        speakers.Any(speaker => line.StartsWith(speaker, StringComparison.Ordinal));

    private static string Text(string line) => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].TrimStart(' ');

    private static string Escape(string line)
    {
        var octets = Encoding.Latin1.GetBytes(line);
        var text = Encoding.UTF8.GetString(octets);
        var isReadable = Utf8.IsValid(octets)
            && text.All(character => char.IsAscii(character) || char.IsLetter(character));
        var escaped = new StringBuilder();
        foreach (var character in isReadable ? text : line)
        {
            if (character == '\\')
                escaped.Append(@"\\");
            else if (character is >= ' ' and <= '~' || (isReadable && !char.IsAscii(character)))
                escaped.Append(character);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:X2}");
        }

        return escaped.ToString();
    }

    private static string Unescape(string line)
    {
        var text = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != '\\')
            {
                text.Append(line[i]);
            }
            else if (line[i + 1] == '\\')
            {
                text.Append('\\');
                i++;
            }
            else
            {
                var digits = line.AsSpan(i + 2, 2);
                text.Append((char)int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 3;
            }
        }

        return text.ToString();
    }

    private IEnumerable<string> Of(params string[] speakers) => Lines.Where(line => IsOf(line, speakers));
}
