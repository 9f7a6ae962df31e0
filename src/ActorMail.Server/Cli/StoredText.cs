using System.Text;
using ActorMail.Protocols.Wire;
using ActorMail.Server.Logging;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Server.Cli;

/// <summary>
/// A stored message for the eyes of a person: without the quoting of the mbox file, line by line, and with everything
/// escaped that could command the terminal. It is read in pieces: a mail may be larger than the memory.
/// </summary>
internal static class StoredText
{
    private const int BufferSize = 64 * 1024;
    private const byte LineFeed = (byte)'\n';

    /// <summary>The values of these header fields, in the same order; empty for one that is not there.</summary>
    public static string[] ReadFields(MessageSlice message, int headerLength, params ReadOnlySpan<string> names)
    {
        var octets = new byte[Math.Min(headerLength, BufferSize)];
        var length = message.Read(octets, 0);
        // A line that begins with a blank belongs to the one before it (RFC 5322 §2.2.3).
        var header = Encoding.UTF8.GetString(octets, 0, length)
            .Replace("\r", "", StringComparison.Ordinal)
            .Replace("\n ", " ", StringComparison.Ordinal)
            .Replace("\n\t", " ", StringComparison.Ordinal);
        var values = new string[names.Length];
        for (var i = 0; i < names.Length; i++)
            values[i] = PrintableText.Escape(FieldOf(header, names[i]));
        return values;
    }

    public static void Write(MessageSlice message, TextWriter output)
    {
        var buffer = new byte[BufferSize];
        var decoder = Encoding.UTF8.GetDecoder();
        var (position, held, startsLine) = (0L, 0, true);
        while (true)
        {
            var wanted = (int)Math.Min(buffer.Length - held, message.Length - position);
            var read = message.Read(buffer.AsSpan(held, wanted), position);
            (position, held) = (position + read, held + read);
            var rest = buffer.AsSpan(0, held);
            while (rest.IndexOf(LineFeed) is >= 0 and var end)
            {
                WritePart(rest[..end], startsLine, endsLine: true);
                rest = rest[(end + 1)..];
                startsLine = true;
            }

            if (read == 0 || rest.Length == buffer.Length)
            {
                // The end, or a line that fills the buffer and is shown in parts.
                WritePart(rest, startsLine, endsLine: read == 0 && rest.Length > 0);
                rest = [];
                startsLine = false;
            }

            rest.CopyTo(buffer);
            held = rest.Length;
            if (read == 0)
                return;
        }

        void WritePart(ReadOnlySpan<byte> part, bool isStart, bool endsLine)
        {
            if (isStart && message.Traits.HasFlag(BodyTraits.Quoted))
                part = Unquote(part);
            if (endsLine && part is [.. var line, (byte)'\r'])
                part = line;
            var text = new char[decoder.GetCharCount(part, flush: endsLine)];
            decoder.GetChars(part, text, flush: endsLine);
            output.Write(string.Join('\t', new string(text).Split('\t').Select(PrintableText.Escape)));
            if (endsLine)
                output.WriteLine();
        }
    }

    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> line)
    {
        var behind = line.IndexOfAnyExcept((byte)'>');
        return behind > 0 && line[behind..].StartsWith("From "u8) ? line[1..] : line;
    }

    private static string FieldOf(string header, string name)
    {
        foreach (var line in header.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).TrimEnd().Equals(name, StringComparison.OrdinalIgnoreCase))
                return line[(colon + 1)..].Trim();
        }

        return "";
    }
}
