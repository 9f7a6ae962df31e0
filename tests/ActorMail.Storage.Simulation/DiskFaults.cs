namespace ActorMail.Storage.Simulation;

/// <summary>How often a simulated disk fails, from 0 to 1, and what it only pretends to do.</summary>
public sealed class DiskFaults
{
    public double Flush { get; set; }

    public double Write { get; set; }

    public double Read { get; set; }

    /// <summary>Nothing grows any more; a write that needs room stops half-way.</summary>
    public bool IsFull { get; set; }

    /// <summary>The disk is well again.</summary>
    public void Calm() => (Flush, Write, Read, IsFull) = (0, 0, 0, false);

    /// <summary>Flushes of these files return and do nothing: to see that the simulation notices.</summary>
    public Func<string, bool> IgnoresFlush { get; set; } = _ => false;

    /// <summary>The same for folders.</summary>
    public Func<string, bool> IgnoresFolderFlush { get; set; } = _ => false;
}
