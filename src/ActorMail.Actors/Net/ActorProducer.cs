using Akka.Actor;

namespace ActorMail.Actors.Net;

/// <summary>
/// Makes an actor by a delegate. <c>Props.Create</c> compiles an expression tree each time, which is too much for an
/// actor a client or a mailbox.
/// </summary>
public sealed class ActorProducer(Type actorType, Func<ActorBase> make) : IIndirectActorProducer
{
    public Type ActorType => actorType;

    public static Props PropsOf<TActor>(Func<TActor> make)
        where TActor : ActorBase => Props.CreateBy(new ActorProducer(typeof(TActor), make));

    public ActorBase Produce() => make();

    public void Release(ActorBase actor)
    {
        // What an actor owns it lets go of itself, in PostStop.
    }
}
