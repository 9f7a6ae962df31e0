using System.Collections.Immutable;

namespace ActorMail.Actors.Net;

/// <summary>
/// The certificates in force, shared by all sessions. A new set takes the place of the old one as a whole; handshakes
/// under way go on with what they began with.
/// </summary>
public sealed class TlsIdentities
{
    private TlsIdentity[] _all = [];

    /// <summary>True where no TLS can be had.</summary>
    public bool IsEmpty => Volatile.Read(ref _all).Length == 0;

    public void Replace(ImmutableArray<TlsIdentity> identities) => Volatile.Write(ref _all, [.. identities]);

    /// <summary>
    /// The one for the name that the client asks for (RFC 6066 §3); the first where it asks for none or for one that
    /// nobody knows, since most mail programs then ask their user. Null if there is none at all.
    /// </summary>
    public TlsIdentity? Select(string? serverName)
    {
        var all = Volatile.Read(ref _all);
        var exact = string.IsNullOrEmpty(serverName) ? null : Array.Find(all, identity => identity.IsFor(serverName));
        return exact ?? all.FirstOrDefault();
    }
}
