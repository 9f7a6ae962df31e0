using System.Globalization;
using System.Text;

namespace ActorMail.Bench;

/// <summary>A mail of a given size, ready for the wire: dots doubled, final dot included.</summary>
public static class Payload
{
    private const int IdDigits = 10;
    private static readonly string s_head =
        "From: <sender@example.net>\r\nTo: <user@example.org>\r\nSubject: A message of the benchmark\r\n"
        + "Date: Tue, 24 Nov 2026 00:00:00 +0000\r\nX-Bench-Id: ";

    private static readonly string s_line =
        "The quick brown fox jumps over the lazy dog, and over the next one as well.\r\n";

    /// <summary>A copy of its own for each connection, because <see cref="SetId"/> writes into it.</summary>
    public static byte[] Make(int size)
    {
        var text = new StringBuilder(size + 100).Append(s_head).Append('0', IdDigits).Append("\r\n\r\n");
        while (text.Length + s_line.Length <= size)
            text.Append(s_line);
        if (size - text.Length > 2)
            text.Append('x', size - text.Length - 2).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.Append(".\r\n").ToString());
    }

    public static void SetId(byte[] payload, int id) =>
        Encoding.ASCII.GetBytes(id.ToString("D10", CultureInfo.InvariantCulture), payload.AsSpan(s_head.Length));
}
