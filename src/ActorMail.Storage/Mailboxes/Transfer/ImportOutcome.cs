namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>How far an import has come.</summary>
public sealed record ImportOutcome
{
    /// <summary>Messages of the source that were looked at.</summary>
    public int Read { get; init; }

    /// <summary>Messages that are in the mailbox now, on stable storage.</summary>
    public int Imported { get; init; }

    /// <summary>Messages that the mailbox had already.</summary>
    public int Known { get; init; }

    /// <summary>Messages that were not taken.</summary>
    public int Refused { get; init; }

    /// <summary>Octets of what was imported, as stored.</summary>
    public long Octets { get; init; }

    /// <summary>Why it did not come to the end; null if it did.</summary>
    public Exception? Fault { get; init; }
}
