namespace ActorMail.Actors.Net;

/// <summary>Whether and when a session speaks TLS.</summary>
/// <param name="Identities">Empty for a server without TLS.</param>
/// <param name="IsImplicit">From the first octet on, before anything is said (RFC 8314 §3).</param>
public sealed record SessionTls(TlsIdentities Identities, bool IsImplicit)
{
    public static readonly SessionTls None = new(new TlsIdentities(), IsImplicit: false);
}
