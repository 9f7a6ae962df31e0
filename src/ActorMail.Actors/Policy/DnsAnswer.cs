using System.Collections.Immutable;
using System.Net;

namespace ActorMail.Actors.Policy;

/// <summary>What a name server said of a name.</summary>
/// <param name="Addresses">Empty if there is no such name.</param>
/// <param name="TimeToLive">For how long it may be believed (RFC 1035 §3.2.1, RFC 2308 §5).</param>
public sealed record DnsAnswer(ImmutableArray<IPAddress> Addresses, TimeSpan TimeToLive);
