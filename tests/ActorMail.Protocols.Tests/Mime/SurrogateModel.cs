using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using ActorMail.Protocols.Tests.Wire;
using ActorMail.Protocols.Wire;

namespace ActorMail.Protocols.Tests.Mime;

/// <summary>What must hold of a surrogate whatever the image is (RFC 6856 §2.1, RFC 5322 §2.1.1).</summary>
internal static partial class SurrogateModel
{
    private const int MaxLineLength = 998;
    private const int MaxEncodedLineLength = 76;
    private const int MaxUsualName = 40;
    private const string Downgraded = "Downgraded-";

    /// <summary>The first promise that is not kept; null if all are.</summary>
    /// <param name="stored">An image without dots that a reply would double: see <see cref="WithoutDots"/>.</param>
    /// <param name="surrogate">What became of it.</param>
    /// <param name="traits">Of the image.</param>
    public static string? FaultOf(byte[] stored, Surrogate surrogate, BodyTraits traits)
    {
        var (before, after) = (Parse(stored), Parse(surrogate.Octets));
        if (after.Header.Any(octet => octet > 127))
            return "a header is ASCII";
        if (before.Body != after.Body)
            return "a body is as it was";
        if (before.Fields.Count != after.Fields.Count)
            return "no field comes or goes";
        var longest = before.Fields.SelectMany(LinesOf).Select(line => line.Length).Append(0).Max();
        var faults = before.Fields.Zip(after.Fields, (old, now) => FaultOfField(old, now, longest));
        if (faults.FirstOrDefault(fault => fault is not null) is { } found)
            return found;
        if (WireLength(surrogate.Octets, traits) - WireLength(stored, traits) != surrogate.Growth)
            return "a length on the wire is what was foretold";
        return null;
    }

    /// <summary>The same without a dot where a line, or what a lenient client takes for one, begins.</summary>
    public static byte[] WithoutDots(ReadOnlySpan<byte> octets) =>
        Pieces.Octets(Dot().Replace(Pieces.Text(octets), "x"));

    private static string? FaultOfField(string old, string now, int longest)
    {
        if (old.All(char.IsAscii))
            return old == now ? null : "a field in ASCII is as it was";
        var colon = now.IndexOf(':', StringComparison.Ordinal);
        if (old.Contains(':', StringComparison.Ordinal) != colon >= 0)
            return "a field stays one, and nothing else becomes one";
        var masked = string.Concat(old.Select(it => char.IsAscii(it) ? it : '?'));
        if (colon >= 0 && NameOf(now) != NameOf(masked) && NameOf(now) != Downgraded + NameOf(masked))
            return "a field has its name";
        if (LinesOf(now).Any(line => line.Trim(' ', '\t').Length == 0) && now != masked)
            return "a line that is written anew is not blank";
        if (LinesOf(now).Any(line => line.Length > Math.Max(MaxLineLength, longest)))
            return "no line gets too long";
        var isOurs = colon <= MaxUsualName && now != masked && !old.Contains("=?", StringComparison.Ordinal);
        return isOurs && LinesOf(now).Any(IsTooLongEncoded) ? "a line with an encoded word is short" : null;
    }

    private static string NameOf(string field) => field[..field.IndexOf(':', StringComparison.Ordinal)];

    private static bool IsTooLongEncoded(string line) =>
        line.Length > MaxEncodedLineLength && OurWord().IsMatch(line);

    private static IEnumerable<string> LinesOf(string field) =>
        LineEnd().Replace(field, "\n").TrimEnd('\n').Split('\n').Select(line => line.TrimEnd('\r'));

    /// <summary>Octets of a reply to RETR.</summary>
    private static int WireLength(byte[] stored, BodyTraits traits)
    {
        var (encoder, output) = (new BodyEncoder(traits), new ArrayBufferWriter<byte>());
        encoder.Write(stored, output);
        encoder.WriteEnd(output);
        return output.WrittenCount;
    }

    /// <summary>As the decoders part header and body, each octet a character.</summary>
    private static (string Header, string Body, List<string> Fields) Parse(byte[] octets)
    {
        var (text, place, fields) = (Pieces.Text(octets), 0, new List<StringBuilder>());
        while (place < text.Length)
        {
            var end = text.IndexOf('\n', place) + 1;
            var line = text[place..(end == 0 ? text.Length : end)];
            place += line.Length;
            if (line[0] is ' ' or '\t' && fields.Count > 0)
                fields[^1].Append(line);
            else
                fields.Add(new StringBuilder(line));
            if (line is "\n" or "\r\n")
                break;
        }

        return (text[..place], text[place..], [.. fields.Select(field => field.ToString())]);
    }

    [GeneratedRegex(@"(?<=^|\r|\n)\.")]
    private static partial Regex Dot();

    [GeneratedRegex(@"=\?(UTF-8|unknown-8bit)\?[QB]\?")]
    private static partial Regex OurWord();

    [GeneratedRegex(@"\r?\n")]
    private static partial Regex LineEnd();
}
