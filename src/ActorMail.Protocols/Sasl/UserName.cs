using System.Diagnostics.CodeAnalysis;
using System.Text;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Sasl;

/// <summary>
/// Names of users and authorization identities as they are looked up (UsernameCasePreserved, RFC 8265 §3.4): wide and
/// narrow letters are the usual ones, and the form is NFC. Letter case is the business of the accounts. The Bidi Rule
/// is not applied: .NET has no table for it, and a name that breaks it is in no list of accounts.
/// </summary>
public static class UserName
{
    /// <summary>In octets of UTF-8. A longer name is nobody's: it is a failed login.</summary>
    public const int MaxLength = 1_000;

    /// <summary>False for what can be no name; a blank may stand between its parts only (RFC 8265 §3.1).</summary>
    public static bool TryPrepare(string name, [NotNullWhen(true)] out string? prepared)
    {
        prepared = null;
        if (name.Length is 0 or > MaxLength || !PrecisClass.TryNormalize(name, out _)
            || !PrecisClass.TryNormalize(MapWidth(name), out var text) || Encoding.UTF8.GetByteCount(text) > MaxLength
            || text.StartsWith(' ') || text.EndsWith(' ')
            || !PrecisClass.IsIdentifier(text.Replace(" ", "", StringComparison.Ordinal)))
        {
            return false;
        }

        prepared = text;
        return true;
    }

    /// <summary>Octets of UTF-8; what is none can be no name.</summary>
    public static bool TryPrepare(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? prepared)
    {
        prepared = null;
        return name.Length <= MaxLength && SaslUtf8.TryDecode(name, out var text) && TryPrepare(text, out prepared);
    }

    private static string MapWidth(string name)
    {
        var mapped = new StringBuilder(name.Length);
        foreach (var character in name)
        {
            // U+FFE3 alone has a decomposition that has one itself, which is refused either way.
            if (character is '\u3000' or (>= '\uFF01' and <= '\uFFEE' and not '\uFFE3'))
                mapped.Append(character.ToString().Normalize(NormalizationForm.FormKC));
            else
                mapped.Append(character);
        }

        return mapped.ToString();
    }
}
