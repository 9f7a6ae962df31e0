namespace ActorMail.Storage.Simulation;

/// <summary>
/// The simulated machine stopped in the middle of an operation. Nobody can catch it as a fault of a disk.
/// </summary>
public sealed class MachineDownException : Exception
{
    public MachineDownException()
        : base("The machine is down.")
    {
    }

    public MachineDownException(string message)
        : base(message)
    {
    }

    public MachineDownException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
