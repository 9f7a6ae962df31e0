namespace ActorMail.Protocols.Smtp;

/// <summary>How a message came, as Received names it.</summary>
public enum TransportProtocol
{
    /// <summary>After HELO: there is no extension to name, whatever the connection goes through.</summary>
    Smtp,

    /// <summary>RFC 3848.</summary>
    Esmtp,

    /// <summary>With SMTPUTF8 (RFC 6531 §4.3).</summary>
    Utf8Smtp,

    /// <summary>RFC 3848.</summary>
    Lmtp,

    /// <summary>RFC 6531 §4.3.</summary>
    Utf8Lmtp,
}
