namespace ActorMail.Storage.Simulation;

/// <summary>A promise was broken.</summary>
public sealed class SimulationFaultException : Exception
{
    public SimulationFaultException()
    {
    }

    public SimulationFaultException(string message)
        : base(message)
    {
    }

    public SimulationFaultException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
