namespace ActorMail.Protocols.Sasl;

/// <summary>
/// A client's proof that it knows the password (RFC 5802 §3): the octets of <c>p=</c>, and the AuthMessage that both
/// sides have seen.
/// </summary>
public sealed record ScramProof(ScramHash Hash, ReadOnlyMemory<byte> AuthMessage, ReadOnlyMemory<byte> ClientProof);
