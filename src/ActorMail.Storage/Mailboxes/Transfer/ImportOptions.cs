namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>How mail is taken from somewhere else.</summary>
public sealed record ImportOptions
{
    /// <summary>A longer message is not taken; octets as a client would fetch them.</summary>
    public long MaxMessageSize { get; init; } = long.MaxValue;

    /// <summary>
    /// Takes a message also if the mailbox has it already. Without this the same import can be begun again.
    /// </summary>
    public bool TakesDuplicates { get; init; }

    /// <summary>The date of a message is that of its topmost Received field, where it has one.</summary>
    public bool DatesFromReceived { get; init; }
}
