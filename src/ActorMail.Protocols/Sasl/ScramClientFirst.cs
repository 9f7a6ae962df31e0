using System.Text;

namespace ActorMail.Protocols.Sasl;

/// <summary>
/// The client-first-message (RFC 5802 §7). <paramref name="User"/> is prepared, or empty for what can be no name:
/// nobody has that name, and its login fails as with a wrong password.
/// </summary>
/// <param name="Header">The gs2-header with its last comma, as it was sent.</param>
/// <param name="Bare">The rest, as it was sent: it is part of what the proof is about.</param>
internal sealed record ScramClientFirst(
    ScramBinding Binding, string? AuthorizationId, string User, string Nonce, byte[] Header, byte[] Bare)
{
    public static readonly ScramClientFirst None = new(ScramBinding.Unknown, null, "", "", [], []);

    public static bool TryParse(ReadOnlySpan<byte> message, out ScramClientFirst first)
    {
        first = None;
        var rest = message;
        if (!ScramAttributes.TryCut(ref rest, out var flag) || !TryBinding(flag, out var binding)
            || !ScramAttributes.TryCut(ref rest, out var identity))
        {
            return false;
        }

        var bare = rest;
        if (!ScramAttributes.TryCut(ref rest, out var nameText)
            || !ScramAttributes.TryValue(nameText, 'n', out var name)
            || !TrySaslName(name, out var user) || !ScramAttributes.TryValue(rest, 'r', out var nonce))
        {
            return false;
        }

        var extensions = nonce.IndexOf((byte)',') is >= 0 and var comma ? nonce[comma..] : default;
        nonce = nonce[..^extensions.Length];
        if (!ScramAttributes.IsNonce(nonce) || !ScramAttributes.AreExtensions(extensions))
            return false;

        string? authorizationId = null;
        if (!identity.IsEmpty
            && (!ScramAttributes.TryValue(identity, 'a', out var other) || !TrySaslName(other, out authorizationId)))
        {
            return false;
        }

        // An identity that cannot be prepared makes the login fail (RFC 4954 §4), and nothing more.
        first = new ScramClientFirst(
            binding, authorizationId, authorizationId is "" ? "" : user, Encoding.ASCII.GetString(nonce),
            message[..^bare.Length].ToArray(), bare.ToArray());
        return true;
    }

    private static bool TryBinding(ReadOnlySpan<byte> flag, out ScramBinding binding)
    {
        binding = flag is [(byte)'y'] ? ScramBinding.NotOffered
            : flag is [(byte)'n'] ? ScramBinding.Unknown : ScramBinding.EndPoint;
        return binding != ScramBinding.EndPoint || flag.SequenceEqual("p=tls-server-end-point"u8);
    }

    /// <summary>
    /// Undoes <c>=2C</c> and <c>=3D</c>; no other <c>=</c> is allowed. What can be no name becomes the empty one.
    /// </summary>
    private static bool TrySaslName(ReadOnlySpan<byte> text, out string name)
    {
        name = "";
        var octets = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != (byte)'=')
            {
                octets.Add(text[i]);
                continue;
            }

            var code = text[(i + 1)..];
            if (!code.StartsWith("2C"u8) && !code.StartsWith("3D"u8))
                return false;
            octets.Add(code[0] == (byte)'2' ? (byte)',' : (byte)'=');
            i += 2;
        }

        name = UserName.TryPrepare(octets.ToArray(), out var prepared) ? prepared : "";
        return true;
    }
}
