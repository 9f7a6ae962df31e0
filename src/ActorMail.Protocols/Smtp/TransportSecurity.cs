namespace ActorMail.Protocols.Smtp;

/// <summary>What a Received field says of TLS (RFC 8314 §4.3).</summary>
/// <param name="Version">Such as <c>TLSv1.3</c>.</param>
/// <param name="Cipher">Its name at IANA.</param>
public sealed record TransportSecurity(string Version, string Cipher);
