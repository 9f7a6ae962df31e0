namespace ActorMail.Protocols.Sasl;

/// <summary>Attributes of SCRAM messages (RFC 5802 §7), parted by commas, on octets.</summary>
internal static class ScramAttributes
{
    /// <summary>Cuts at the first comma; false if there is none.</summary>
    public static bool TryCut(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> part)
    {
        var comma = rest.IndexOf((byte)',');
        part = comma < 0 ? default : rest[..comma];
        rest = comma < 0 ? rest : rest[(comma + 1)..];
        return comma >= 0;
    }

    /// <summary>The value of <c>name=value</c>; false for another name.</summary>
    public static bool TryValue(ReadOnlySpan<byte> attribute, char name, out ReadOnlySpan<byte> value)
    {
        var isNamed = attribute.Length >= 2 && attribute[0] == name && attribute[1] == (byte)'=';
        value = isNamed ? attribute[2..] : default;
        return isNamed;
    }

    /// <summary>
    /// True for extensions, each after a comma, which are ignored; <c>m=</c> is not, for it must be understood.
    /// </summary>
    public static bool AreExtensions(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return true;
        if (text[0] != (byte)',')
            return false;

        foreach (var range in text[1..].Split((byte)','))
        {
            var attribute = text[1..][range];
            if (attribute.Length < 3 || !char.IsAsciiLetter((char)attribute[0]) || attribute[0] == (byte)'m'
                || attribute[1] != (byte)'=' || attribute.Contains((byte)0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Printable ASCII, which has no comma left here; never empty.</summary>
    public static bool IsNonce(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E);
}
