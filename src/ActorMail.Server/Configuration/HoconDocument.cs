using System.Collections.Immutable;

namespace ActorMail.Server.Configuration;

/// <summary>
/// What a settings file says, in its order. <paramref name="AkkaText"/> is its <c>akka</c> section as it stands, for
/// Akka's own reader. With faults the entries are incomplete and of no use.
/// </summary>
public sealed record HoconDocument(
    ImmutableArray<HoconEntry> Entries, ImmutableArray<SettingFault> Faults, string AkkaText);
