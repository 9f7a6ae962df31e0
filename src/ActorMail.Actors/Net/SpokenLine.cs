using System.Text;

namespace ActorMail.Actors.Net;

/// <summary>A client's line as the log may show it at Debug: what it said, but for what nobody else may read.</summary>
internal static class SpokenLine
{
    private const string Hidden = " ***";

    /// <summary>The whole line; of a line with this verb, in any letter case, only the verb.</summary>
    public static string Of(ReadOnlySpan<byte> line, ReadOnlySpan<byte> secretVerb) =>
        Ascii.EqualsIgnoreCase(Verb(line), secretVerb) ? VerbOf(line) : Encoding.Latin1.GetString(line);

    /// <summary>The first word, and whether there was more.</summary>
    public static string VerbOf(ReadOnlySpan<byte> line)
    {
        var verb = Verb(line);
        return Encoding.Latin1.GetString(verb) + (verb.Length < line.Length ? Hidden : "");
    }

    private static ReadOnlySpan<byte> Verb(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)' ');
        return end < 0 ? line : line[..end];
    }
}
