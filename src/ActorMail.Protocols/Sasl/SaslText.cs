namespace ActorMail.Protocols.Sasl;

/// <summary>placeholder: part A.</summary>
public static class SaslText
{
    /// <summary>In octets of base64, without CRLF (RFC 4954 §4).</summary>
    public const int MaxLength = 12_288;

    public static bool TryDecode(ReadOnlySpan<byte> text, out byte[] octets)
    {
        var s = System.Text.Encoding.Latin1.GetString(text);
        octets = new byte[s.Length];
        var ok = Convert.TryFromBase64String(s, octets, out var n);
        octets = octets[..n];
        return ok;
    }

    public static string Encode(ReadOnlySpan<byte> octets) => Convert.ToBase64String(octets);
}
