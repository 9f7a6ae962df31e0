using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace ActorMail.Protocols.Sasl;

/// <summary>UTF-8 that is refused, not mended, where it is none (RFC 3629 §10).</summary>
internal static class SaslUtf8
{
    public static bool TryDecode(ReadOnlySpan<byte> octets, [NotNullWhen(true)] out string? text)
    {
        text = Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : null;
        return text is not null;
    }
}
