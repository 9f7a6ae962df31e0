using System.Collections.Immutable;

namespace ActorMail.Storage.Addresses;

/// <summary>An alias and where it ends, aliases of aliases followed.</summary>
internal sealed record Alias(string Name, ImmutableArray<AddressTarget> Targets);
