namespace ActorMail.Actors.Mailboxes;

/// <summary>On what terms somebody wants a mailbox for himself.</summary>
public sealed record LockTerms
{
    public static readonly LockTerms Default = new();

    /// <summary>How long to wait for another to give it back; zero for not at all.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>How many may wait for one mailbox; to one more it is busy at once.</summary>
    public int MaxWaiting { get; init; } = 10;

    /// <summary>Between two locks that are given; zero for none (RFC 2449 §6.5).</summary>
    public TimeSpan Interval { get; init; }
}
