namespace ActorMail.Storage.Simulation;

/// <summary>What happens in a simulated life of a store, beside mail.</summary>
public sealed record SimulationProfile
{
    /// <summary>Steps of one life.</summary>
    public int Steps { get; init; } = 60;

    /// <summary>Other programs append to mailbox files and rewrite them.</summary>
    public bool HasOthers { get; init; }

    /// <summary>Flushes and writes fail now and then, and the disk fills up.</summary>
    public bool HasFaults { get; init; } = true;

    /// <summary>Applied to the disk of each life, to make sure that the simulation notices.</summary>
    public Action<DiskFaults> Sabotage { get; init; } = _ => { };
}
