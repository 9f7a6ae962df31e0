using System.Collections;
using System.Collections.Immutable;
using System.Net;

namespace ActorMail.Server.Configuration;

/// <summary>Everything that settings are made from, in the order in which one wins over the one before it.</summary>
public sealed record SettingsSources
{
    /// <summary>Files of <c>--config</c>, the last one strongest.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Variables; those that begin with <c>ACTORMAIL__</c> are settings.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary><c>PATH=VALUE</c> of <c>--set</c>, the last one strongest.</summary>
    public ImmutableArray<string> Assignments { get; init; } = [];

    /// <summary>Where relative paths begin.</summary>
    public string WorkingFolder { get; init; } = System.Environment.CurrentDirectory;

    /// <summary>What this machine calls itself, for <c>hostname = auto</c>.</summary>
    public string MachineName { get; init; } = "localhost";

    /// <summary>The sources of this process.</summary>
    public static SettingsSources OfProcess(IEnumerable<string> files, IEnumerable<string> assignments) => new()
    {
        Files = [.. files],
        Environment =
        [
            .. System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? ""))
                .OrderBy(variable => variable.Key, StringComparer.Ordinal),
        ],
        Assignments = [.. assignments],
        MachineName = Dns.GetHostName(),
    };
}
