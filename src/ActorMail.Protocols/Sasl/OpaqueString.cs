using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Sasl;

/// <summary>
/// Passwords as they are compared and hashed (OpaqueString, RFC 8265 §4.2): every blank is U+0020 and the form is NFC,
/// so that the keyboard a password is typed on does not matter. Case counts.
/// </summary>
public static class OpaqueString
{
    /// <summary>In octets of UTF-8. A longer password is nobody's: it is a failed login.</summary>
    public const int MaxLength = 1_000;

    /// <summary>
    /// False for what cannot be a password: nothing at all, control characters, private use, half a surrogate pair,
    /// noncharacters, what Unicode does not have yet, and what nobody sees.
    /// </summary>
    public static bool TryPrepare(string password, [NotNullWhen(true)] out string? prepared)
    {
        prepared = null;
        // Nothing gets shorter by more than that, and what is long need not be gone through.
        if (password.Length is 0 or > 2 * MaxLength || !PrecisClass.TryNormalize(MapBlanks(password), out var text)
            || Encoding.UTF8.GetByteCount(text) > MaxLength || !PrecisClass.IsFreeform(text))
        {
            return false;
        }

        prepared = text;
        return true;
    }

    /// <inheritdoc cref="TryPrepare(string, out string?)"/>
    public static bool TryPrepare(Secret password, out Secret prepared)
    {
        var isPassword = TryPrepare(password.Value, out var text);
        prepared = new Secret(text ?? "");
        return isPassword;
    }

    private static string MapBlanks(string text) => string.Create(text.Length, text, static (mapped, source) =>
    {
        for (var i = 0; i < mapped.Length; i++)
            mapped[i] = char.GetUnicodeCategory(source[i]) is UnicodeCategory.SpaceSeparator ? ' ' : source[i];
    });
}
