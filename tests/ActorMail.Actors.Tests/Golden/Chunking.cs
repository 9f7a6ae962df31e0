namespace ActorMail.Actors.Tests.Golden;

/// <summary>How the client's octets are cut on their way: the server must not notice.</summary>
public enum Chunking
{
    LineByLine,
    ByteByByte,

    /// <summary>A line and the first octet of the next, which a reader that resets too early would lose.</summary>
    LineAndOneByte,
    AllAtOnce,
}
