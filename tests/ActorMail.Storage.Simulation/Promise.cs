namespace ActorMail.Storage.Simulation;

/// <summary>A message of the simulation: what was sent to one mailbox, and what was said of it.</summary>
internal sealed record Promise(string Text, int Delivery)
{
    public uint Uid { get; set; }

    public uint UidValidity { get; set; }

    /// <summary>It was acknowledged: it must be there.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>Its deletion was acknowledged: it must not be there.</summary>
    public bool IsGone { get; set; }

    /// <summary>Its deletion is under way: it may be there.</summary>
    public bool MayBeGone { get; set; }

    /// <summary>It was refused, and must never show.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Another program had it in its hands before we saw it, or after it was deleted.</summary>
    public bool MayBeMarked { get; set; }

    /// <summary>Another program put its field into it, and we did not look since.</summary>
    public bool IsMarked { get; set; }
}
