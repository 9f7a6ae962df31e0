using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ActorMail.Protocols.Sasl;

/// <summary>
/// One login by SCRAM (RFC 5802 §5): first message, salt, final message, proof, signature, and the client's empty
/// answer to that, since neither SMTP nor POP3 can send data with a success.
/// </summary>
internal sealed class ScramExchange(ScramHash hash, bool isPlus, SaslContext context) : SaslExchange
{
    private Phase _phase = Phase.First;
    private ScramClientFirst _first = ScramClientFirst.None;
    private string _nonce = "";
    private byte[] _serverFirst = [];

    private enum Phase
    {
        First,
        Salt,
        Final,
        Proof,
        Signature,
        Over,
    }

    public override SaslStep Start(ReadOnlyMemory<byte>? initial) =>
        initial is { } message ? Respond(message) : new SaslStep.Challenge(default);

    public override SaslStep Respond(ReadOnlyMemory<byte> response)
    {
        var phase = _phase;
        _phase = Phase.Over;
        return phase switch
        {
            Phase.First => TakeFirst(response.Span),
            Phase.Final => TakeFinal(response.Span),
            Phase.Signature when response.IsEmpty => SaslStep.Accepted.Instance,
            Phase.Signature => Malformed("The answer to the server's signature is not empty"),
            _ => Malformed("The login is over"),
        };
    }

    public override SaslStep TakeSalt(ScramSalt salt)
    {
        Expect(Phase.Salt);
        _nonce = _first.Nonce + context.MakeNonce();
        var text = string.Create(
            CultureInfo.InvariantCulture, $"r={_nonce},s={SaslText.Encode(salt.Salt.Span)},i={salt.Iterations}");
        _serverFirst = Encoding.ASCII.GetBytes(text);
        _phase = Phase.Final;
        return new SaslStep.Challenge(_serverFirst);
    }

    public override SaslStep Confirm(ReadOnlyMemory<byte> serverSignature)
    {
        Expect(Phase.Proof);
        _phase = Phase.Signature;
        return new SaslStep.Challenge(Encoding.ASCII.GetBytes("v=" + SaslText.Encode(serverSignature.Span)));
    }

    private static SaslStep.Malformed Malformed(string reason) => new(reason);

    private SaslStep TakeFirst(ReadOnlySpan<byte> message)
    {
        if (!ScramClientFirst.TryParse(message, out var first))
            return Malformed("The first message of SCRAM follows no grammar");

        // The client knows channel bindings and was told that we do not: somebody took the offer away.
        if (first.Binding == ScramBinding.NotOffered && (isPlus || context.OffersPlus))
            return SaslStep.Refused.Instance;
        if ((first.Binding == ScramBinding.EndPoint) != isPlus)
            return Malformed(isPlus ? "A channel binding is missing" : "This mechanism has no channel binding");
        if (isPlus && context.EndPointBinding.IsEmpty)
            return Malformed("There is no channel to bind to");

        _first = first;
        _phase = Phase.Salt;
        return new SaslStep.FindSalt(first.User, hash);
    }

    private SaslStep TakeFinal(ReadOnlySpan<byte> message)
    {
        if (!ScramClientFinal.TryParse(message, out var final) || final.Proof.Length != hash.SizeOctets)
            return Malformed("The final message of SCRAM follows no grammar");

        byte[] binding = [.. _first.Header, .. isPlus ? context.EndPointBinding.Span : []];
        var isBound = CryptographicOperations.FixedTimeEquals(binding, final.Binding);
        var isOurs = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(_nonce), final.Nonce);
        if (!isBound || !isOurs)
            return SaslStep.Refused.Instance;

        byte[] authMessage = [.. _first.Bare, (byte)',', .. _serverFirst, (byte)',', .. final.WithoutProof];
        _phase = Phase.Proof;
        return new SaslStep.CheckProof(
            _first.User, new ScramProof(hash, authMessage, final.Proof), _first.AuthorizationId);
    }

    private void Expect(Phase phase)
    {
        if (_phase != phase)
            throw new InvalidOperationException($"The login is in phase {_phase}, not {phase}.");
    }
}
