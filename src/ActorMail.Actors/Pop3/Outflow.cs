using System.IO.Pipelines;

namespace ActorMail.Actors.Pop3;

/// <summary>A long reply on its way to the client, a step at a time: only one step of it is ever in memory.</summary>
internal abstract class Outflow
{
    /// <summary>Octets of the pipe's buffer for one step: one buffer is one write to the socket.</summary>
    protected const int StepOctets = 64 * 1024;

    /// <summary>Writes the next step, and says whether more are to come.</summary>
    public abstract bool WriteStep(PipeWriter output);
}
