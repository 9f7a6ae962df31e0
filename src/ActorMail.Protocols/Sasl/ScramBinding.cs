namespace ActorMail.Protocols.Sasl;

/// <summary>What the gs2-cbind-flag says of channel bindings (RFC 5802 §7).</summary>
internal enum ScramBinding
{
    /// <summary><c>n</c>: the client knows none.</summary>
    Unknown,

    /// <summary><c>y</c>: the client knows them and believes that the server does not.</summary>
    NotOffered,

    /// <summary><c>p=tls-server-end-point</c>.</summary>
    EndPoint,
}
