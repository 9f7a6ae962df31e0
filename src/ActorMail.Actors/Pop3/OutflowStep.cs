namespace ActorMail.Actors.Pop3;

/// <summary>What has to happen after a step of an <see cref="Outflow"/>.</summary>
internal enum OutflowStep
{
    /// <summary>Nothing: all of it is written.</summary>
    Done,

    /// <summary>Send it, then ask for the next.</summary>
    More,

    /// <summary>Send it, then have the mailbox asked for something.</summary>
    AskFirst,
}
