namespace ActorMail.Actors.Policy;

/// <summary>What is asked of the name in HELO and EHLO.</summary>
public enum HeloCheck
{
    /// <summary>Nothing; RFC 5321 §4.1.4 lets no server refuse mail because the name is not the client's.</summary>
    Off,

    /// <summary>It is a domain of two labels at least, or an address literal.</summary>
    Valid,

    /// <summary>Besides, it is neither ours nor the literal of somebody else.</summary>
    Strict,
}
