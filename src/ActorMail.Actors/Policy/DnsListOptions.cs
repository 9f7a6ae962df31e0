using System.Collections.Immutable;
using System.Net;
using ActorMail.Actors.Net;

namespace ActorMail.Actors.Policy;

/// <summary>Lists of addresses that are asked by DNS (RFC 5782), and how.</summary>
public sealed record DnsListOptions
{
    /// <summary>A client that one of these has is not taken mail from. Empty: nobody is asked.</summary>
    public ImmutableArray<DnsList> BlockLists { get; init; } = [];

    /// <summary>A client that one of these has is taken mail from, whatever the others say.</summary>
    public ImmutableArray<DnsList> AllowLists { get; init; } = [];

    /// <summary>There is somebody to ask.</summary>
    public bool IsOn => !BlockLists.IsEmpty;

    /// <summary>Empty for those of the system.</summary>
    public ImmutableArray<IPEndPoint> Servers { get; init; } = [];

    /// <summary>Clients that no list is asked about.</summary>
    public NetworkSet Allow { get; init; } = NetworkSet.Empty;

    /// <summary>For all lists together; then the client passes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>An answer is kept as long as it says itself, and no longer than this.</summary>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Clients that are remembered.</summary>
    public int MaxCached { get; init; } = 50_000;

    /// <summary>Clients that are asked about at a time; the others wait for their turn.</summary>
    public int MaxLookups { get; init; } = 100;

    public bool Equals(DnsListOptions? other) =>
        other is not null && BlockLists.SequenceEqual(other.BlockLists) && AllowLists.SequenceEqual(other.AllowLists)
        && Servers.SequenceEqual(other.Servers) && Allow.Equals(other.Allow) && Timeout == other.Timeout
        && CacheFor == other.CacheFor && MaxCached == other.MaxCached && MaxLookups == other.MaxLookups;

    public override int GetHashCode() => HashCode.Combine(BlockLists.Length, AllowLists.Length, Timeout, CacheFor);
}
