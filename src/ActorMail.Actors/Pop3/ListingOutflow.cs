using System.IO.Pipelines;
using ActorMail.Protocols.Pop3;

namespace ActorMail.Actors.Pop3;

/// <summary>A reply with the lines of a maildrop that may hold a hundred thousand messages.</summary>
internal sealed class ListingOutflow(Pop3Reply reply) : Outflow
{
    private readonly Pop3ReplyWriter _writer = new(reply);
    private bool _isLong;

    public override OutflowStep WriteStep(PipeWriter output)
    {
        if (_isLong)
            MakeRoom(output, StepOctets);
        var progress = _writer.WriteTo(output, StepOctets);
        _isLong = progress is ReplyProgress.More;
        return progress switch
        {
            ReplyProgress.Done => OutflowStep.Done,
            ReplyProgress.More => OutflowStep.More,
            _ => OutflowStep.AskFirst,
        };
    }
}
