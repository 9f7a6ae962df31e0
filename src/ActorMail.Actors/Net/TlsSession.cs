namespace ActorMail.Actors.Net;

/// <summary>What is known of a connection that was secured.</summary>
/// <param name="Version">Such as <c>TLSv1.3</c>.</param>
/// <param name="Cipher">Its name at IANA, such as <c>TLS_AES_256_GCM_SHA384</c>.</param>
/// <param name="EndPointBinding">Of the certificate that was shown (<see cref="TlsIdentity.EndPointBinding"/>).</param>
public sealed record TlsSession(string Version, string Cipher, ReadOnlyMemory<byte> EndPointBinding);
