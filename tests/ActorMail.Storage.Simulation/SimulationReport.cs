namespace ActorMail.Storage.Simulation;

/// <summary>What one simulated life came to.</summary>
public sealed record SimulationReport
{
    public int Acknowledged { get; set; }

    public int Kills { get; set; }

    public int PowerCuts { get; set; }

    public int FailedFlushes { get; set; }

    public int Refused { get; set; }

    public int Compactions { get; set; }

    public int Checkpoints { get; set; }

    public int ForeignChanges { get; set; }

    public void Add(SimulationReport other)
    {
        Acknowledged += other.Acknowledged;
        Kills += other.Kills;
        PowerCuts += other.PowerCuts;
        FailedFlushes += other.FailedFlushes;
        Refused += other.Refused;
        Compactions += other.Compactions;
        Checkpoints += other.Checkpoints;
        ForeignChanges += other.ForeignChanges;
    }
}
