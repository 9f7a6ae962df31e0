using System.IO.Pipelines;

namespace ActorMail.Actors.Pop3;

/// <summary>A long reply on its way to the client, a step at a time: only one step of it is ever in memory.</summary>
internal abstract class Outflow
{
    /// <summary>Octets of the pipe's buffer for one step: one buffer is one write to the socket.</summary>
    protected const int StepOctets = 64 * 1024;

    /// <summary>
    /// Sees to it that so many octets, or a step's, find room behind each other in one buffer of the pipe, which else
    /// has buffers of 4 KiB. Short answers to pipelined commands share one.
    /// </summary>
    public static void MakeRoom(PipeWriter output, long octets)
    {
        if (output.UnflushedBytes == 0 || output.GetSpan().Length < Math.Min(octets, StepOctets))
            output.GetSpan(StepOctets);
    }

    /// <summary>Writes the next step, and says how it went.</summary>
    public abstract OutflowStep WriteStep(PipeWriter output);
}
