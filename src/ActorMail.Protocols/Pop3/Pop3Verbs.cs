using System.Collections.Immutable;
using System.Text;
using ActorMail.Protocols.Wire;

namespace ActorMail.Protocols.Pop3;

/// <summary>The keywords of all commands, and how each is written.</summary>
public static class Pop3Verbs
{
    private static readonly ImmutableArray<string> SmtpKeywords =
        ["HELO", "EHLO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "STARTTLS", "VRFY", "EXPN"];

    private static readonly ImmutableArray<string> LowerKeywords =
        [.. Enum.GetNames<Pop3Verb>().Select(name => name.ToLowerInvariant())];

    /// <summary>In the order that HELP lists them in.</summary>
    public static ImmutableArray<Pop3Verb> All { get; } = [.. Enum.GetValues<Pop3Verb>()];

    /// <summary>As log and HELP name them: in upper case.</summary>
    public static ImmutableArray<string> Keywords { get; } =
        [.. Enum.GetNames<Pop3Verb>().Select(name => name.ToUpperInvariant())];

    private static ImmutableArray<uint> Packed { get; } =
        [.. Keywords.Select(keyword => Pack(Encoding.ASCII.GetBytes(keyword)))];

    public static string KeywordOf(Pop3Verb verb) => Keywords[(int)verb];

    /// <summary>Null for a word that is no command.</summary>
    public static Pop3Verb? Find(ReadOnlySpan<byte> keyword)
    {
        // All have three or four letters (RFC 1939 §3).
        var index = keyword.Length is 3 or 4 ? Packed.AsSpan().IndexOf(Pack(keyword)) : -1;
        return index < 0 ? null : (Pop3Verb)index;
    }

    /// <summary>In one number, in upper case.</summary>
    private static uint Pack(ReadOnlySpan<byte> keyword)
    {
        uint packed = 0;
        foreach (var octet in keyword)
            packed = (packed << 8) | (octet is >= (byte)'a' and <= (byte)'z' ? octet - 0x20u : octet);
        return packed;
    }

    /// <summary>True for a word of SMTP, which somebody says who took the wrong port.</summary>
    internal static bool IsSmtp(string keyword) => SmtpKeywords.Contains(keyword, StringComparer.OrdinalIgnoreCase);

    /// <summary>The command that an unknown word seems to mean: one slip away, or written in full; else null.</summary>
    internal static Pop3Verb? Suggest(string keyword)
    {
        foreach (var verb in All)
        {
            if (keyword.StartsWith(KeywordOf(verb), StringComparison.OrdinalIgnoreCase))
                return verb;
        }

        return Suggestion.Find(keyword, LowerKeywords, slips: 1) is { } near
            ? (Pop3Verb)LowerKeywords.IndexOf(near)
            : null;
    }
}
