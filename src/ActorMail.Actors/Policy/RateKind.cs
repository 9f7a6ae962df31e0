namespace ActorMail.Actors.Policy;

/// <summary>What is counted of a client or of an account.</summary>
public enum RateKind
{
    /// <summary>Of an address only.</summary>
    Connections,

    /// <summary>Transactions that were begun.</summary>
    Messages,

    /// <summary>Recipients that were asked for, whatever became of them.</summary>
    Recipients,

    /// <summary>Refused commands, of an address only.</summary>
    Errors,
}
