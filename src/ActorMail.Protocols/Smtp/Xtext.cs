using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace ActorMail.Protocols.Smtp;

/// <summary>Octets in a parameter's value (RFC 3461 §4): <c>+2B</c> is a plus sign.</summary>
internal static class Xtext
{
    /// <summary>False for what is no xtext, and where it means an octet that is not printable ASCII.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, [NotNullWhen(true)] out string? decoded)
    {
        decoded = null;
        var meaning = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            var octet = text[0];
            if (octet is < (byte)'!' or > (byte)'~' or (byte)'=')
                return false;
            var isEncoded = octet == (byte)'+';
            if (isEncoded && !TryReadHex(text[1..], out octet))
                return false;
            if (octet is < (byte)' ' or > (byte)'~')
                return false;
            meaning.Append((char)octet);
            text = text[(isEncoded ? 3 : 1)..];
        }

        decoded = meaning.ToString();
        return true;
    }

    /// <summary>RFC 3461 §4 wants capitals.</summary>
    private static bool TryReadHex(ReadOnlySpan<byte> text, out byte octet)
    {
        octet = 0;
        return text.Length >= 2 && !text[..2].ContainsAnyInRange((byte)'a', (byte)'f')
            && byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out octet);
    }
}
