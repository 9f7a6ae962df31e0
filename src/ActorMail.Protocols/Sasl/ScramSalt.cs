namespace ActorMail.Protocols.Sasl;

/// <summary>What a client needs to make its keys from the password: neither is a secret (RFC 5802 §5.1).</summary>
public sealed record ScramSalt(ReadOnlyMemory<byte> Salt, int Iterations);
