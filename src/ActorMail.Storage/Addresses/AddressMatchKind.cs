namespace ActorMail.Storage.Addresses;

/// <summary>Why an address leads where it does, in the order in which they are tried.</summary>
public enum AddressMatchKind
{
    /// <summary>The domain is not ours.</summary>
    NotLocal,

    /// <summary>The domain is ours, and nobody there has this name.</summary>
    Unknown,

    Alias,

    /// <summary>An account, or any address where every address has a mailbox.</summary>
    Account,

    /// <summary>Postmaster or abuse, who are always to be reached (RFC 5321 §4.5.1, RFC 2142 §4).</summary>
    Duty,

    /// <summary>The catch-all of the domain.</summary>
    CatchAll,
}
