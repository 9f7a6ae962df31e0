using System.Text.RegularExpressions;
using ActorMail.Protocols.Wire;

namespace ActorMail.Protocols.Tests.Wire;

/// <summary>
/// The same conversions, said slowly: on whole strings, with regular expressions, and no state at all.
/// </summary>
internal static partial class DataModel
{
    public static Decoded Decode(string wire)
    {
        var end = wire.StartsWith(".\r\n", StringComparison.Ordinal)
            ? 0
            : wire.IndexOf("\r\n.\r\n", StringComparison.Ordinal) + 2;
        var (data, rest) = (wire[..end], wire[(end + 3)..]);
        if (BareLineEnd().IsMatch(data))
        {
            return new Decoded(
                DataResult.End, DataFault.BareLineEnd, "", rest, 0, end + 3, 0, BodyTraits.None, false, 0);
        }

        var lines = data.Split("\r\n")[..^1].Select(it => it.StartsWith('.') ? it[1..] : it).ToList();
        var startsWithField = lines.Count > 0 && FieldOrBlank().IsMatch(lines[0]);
        var headerCount = startsWithField ? lines.IndexOf("") is >= 0 and var blank ? blank + 1 : lines.Count : 0;
        var unfolded = string.Join("\r\n", lines[..headerCount]);
        var received = ReceivedField().Count(unfolded);
        var header = WithoutReturnPath(lines[..headerCount]);
        var kept = header.Concat(lines[headerCount..]).ToList();
        var traits = (kept.Any(it => Separator().IsMatch(it)) ? BodyTraits.Quoted : 0)
            | (kept.Any(it => it.StartsWith('.')) ? BodyTraits.HasDot : 0)
            | (kept.Any(it => it.Any(octet => octet > 127)) ? BodyTraits.EightBit : 0);
        if (traits.HasFlag(BodyTraits.EightBit) && !header.Any(it => it.Any(octet => octet > 127)))
            traits |= BodyTraits.HeaderIsAscii;
        var stored = kept.Select(it => (Separator().IsMatch(it) ? ">" : "") + it + "\n").ToList();
        return new Decoded(DataResult.End, DataFault.None, string.Concat(stored), rest, kept.Sum(it => it.Length + 2),
            end + 3, stored[..header.Count].Sum(it => it.Length), traits, startsWithField, received);
    }

    /// <param name="stored">The image.</param>
    /// <param name="bodyLines">As TOP has it; null for all.</param>
    /// <param name="isQuoted">Whether the image was quoted.</param>
    public static string Encode(string stored, int? bodyLines, bool isQuoted)
    {
        var lines = stored.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').ToList();
        if (lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        if (bodyLines is { } count && lines.IndexOf("") is >= 0 and var blank)
            lines = [.. lines.Take(blank + 1 + count)];
        var sent = lines
            .Select(it => isQuoted && Quoted().IsMatch(it) ? it[1..] : it)
            .Select(it => it.StartsWith('.') ? "." + it : it);
        return string.Concat(sent.Select(it => it + "\r\n")) + ".\r\n";
    }

    private static List<string> WithoutReturnPath(List<string> header)
    {
        var (kept, isDropping) = (new List<string>(), false);
        foreach (var line in header)
        {
            isDropping = line is [' ' or '\t', ..] ? isDropping : ReturnPathField().IsMatch(line);
            if (!isDropping)
                kept.Add(line);
        }

        return kept;
    }

    [GeneratedRegex(@"\r(?!\n)|(?<!\r)\n")]
    private static partial Regex BareLineEnd();

    [GeneratedRegex(@"^$|^[!-9;-~]+[ \t]*:")]
    private static partial Regex FieldOrBlank();

    [GeneratedRegex(@"(?:^|\r\n)received[ \t]*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReceivedField();

    [GeneratedRegex(@"^return-path[ \t]*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReturnPathField();

    [GeneratedRegex("^>*From ")]
    private static partial Regex Separator();

    [GeneratedRegex("^>+From ")]
    private static partial Regex Quoted();
}
