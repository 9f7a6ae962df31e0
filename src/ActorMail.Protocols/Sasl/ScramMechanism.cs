namespace ActorMail.Protocols.Sasl;

/// <summary>
/// SCRAM (RFC 5802, RFC 7677): both sides prove that they know the password, and neither sends it. The
/// <c>-PLUS</c> variant binds the login to the certificate of the connection as well (RFC 5929 §4).
/// </summary>
public sealed class ScramMechanism(ScramHash hash, bool isPlus)
    : SaslMechanism(isPlus ? hash.Name + "-PLUS" : hash.Name)
{
    public override bool NeedsStoredKeys => true;

    public override bool NeedsChannelBinding => isPlus;

    public override SaslExchange Begin(SaslContext context) => new ScramExchange(hash, isPlus, context);
}
