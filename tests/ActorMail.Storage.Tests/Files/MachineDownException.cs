namespace ActorMail.Storage.Tests.Files;

/// <summary>The process was killed, or the power went, in the middle of a step.</summary>
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
