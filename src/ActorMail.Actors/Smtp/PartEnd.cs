namespace ActorMail.Actors.Smtp;

/// <summary>What of a message has come to its end.</summary>
internal enum PartEnd
{
    /// <summary>More of it has to come first.</summary>
    None,

    /// <summary>A chunk, with more of them to come.</summary>
    Chunk,

    /// <summary>All of it.</summary>
    Message,

    /// <summary>A chunk that nobody wanted, and that was thrown away.</summary>
    Discarded,
}
