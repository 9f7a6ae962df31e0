namespace ActorMail.Protocols.Sasl;

/// <summary>The client-final-message (RFC 5802 §7), decoded but not compared with anything.</summary>
/// <param name="Binding">The octets of <c>c=</c>: the gs2-header and the data of the channel.</param>
/// <param name="WithoutProof">The message as it was sent, up to the comma before <c>p=</c>.</param>
internal readonly record struct ScramClientFinal(byte[] Binding, byte[] Nonce, byte[] Proof, byte[] WithoutProof)
{
    public static bool TryParse(ReadOnlySpan<byte> message, out ScramClientFinal final)
    {
        final = default;
        var comma = message.LastIndexOf((byte)',');
        if (comma < 0 || !ScramAttributes.TryValue(message[(comma + 1)..], 'p', out var proofText)
            || !SaslText.TryDecode(proofText, out var proof))
        {
            return false;
        }

        var withoutProof = message[..comma];
        var rest = withoutProof;
        if (!ScramAttributes.TryCut(ref rest, out var bindingText)
            || !ScramAttributes.TryValue(bindingText, 'c', out var coded) || !SaslText.TryDecode(coded, out var binding)
            || !ScramAttributes.TryValue(rest, 'r', out var nonce))
        {
            return false;
        }

        var extensions = nonce.IndexOf((byte)',') is >= 0 and var end ? nonce[end..] : default;
        nonce = nonce[..^extensions.Length];
        if (!ScramAttributes.IsNonce(nonce) || !ScramAttributes.AreExtensions(extensions))
            return false;

        final = new ScramClientFinal(binding, nonce.ToArray(), proof, withoutProof.ToArray());
        return true;
    }
}
