namespace ActorMail.Protocols.Wire;

/// <summary>What <see cref="LineReader.TryRead"/> found in the input.</summary>
public enum LineResult
{
    NeedsMoreData,
    Line,
    TooLong,
}
