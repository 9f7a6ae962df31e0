namespace ActorMail.Protocols.Pop3;

/// <summary>How far a reply has been written.</summary>
public enum ReplyProgress
{
    /// <summary>All of it is out.</summary>
    Done,

    /// <summary>As much is out as was wanted, and there is more.</summary>
    More,

    /// <summary>The next line is not known yet.</summary>
    Unknown,
}
