using System.Collections.Immutable;

namespace ActorMail.Server.Configuration;

/// <summary>
/// What came of loading: settings, or everything that is wrong with them. Warnings may stand beside either.
/// </summary>
public sealed record SettingsResult(
    ServerSettings? Settings, ImmutableArray<SettingFault> Faults, ImmutableArray<SettingFault> Warnings);
