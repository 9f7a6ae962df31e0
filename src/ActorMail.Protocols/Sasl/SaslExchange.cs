namespace ActorMail.Protocols.Sasl;

/// <summary>
/// One login in progress, without knowing accounts, base64 or lines: what the client answers goes in, and out comes
/// what to do next. Each step is taken once; after <see cref="SaslStep.Malformed"/>, <see cref="SaslStep.Refused"/> or
/// <see cref="SaslStep.Accepted"/> the exchange is over.
/// </summary>
public abstract class SaslExchange
{
    /// <param name="initial">
    /// What came with the command; null if nothing did, which is not the same as an empty response (RFC 4954 §4).
    /// </param>
    public abstract SaslStep Start(ReadOnlyMemory<byte>? initial);

    /// <summary>Takes the client's answer to the last challenge.</summary>
    public abstract SaslStep Respond(ReadOnlyMemory<byte> response);

    /// <summary>The accounts answered <see cref="SaslStep.FindSalt"/>.</summary>
    public virtual SaslStep TakeSalt(ScramSalt salt) => throw new InvalidOperationException("No salt was asked for.");

    /// <summary>
    /// The accounts found the login right. <paramref name="serverSignature"/> proves to the client that they know its
    /// password (RFC 5802 §3); empty where the mechanism has none.
    /// </summary>
    public virtual SaslStep Confirm(ReadOnlyMemory<byte> serverSignature) => SaslStep.Accepted.Instance;
}
