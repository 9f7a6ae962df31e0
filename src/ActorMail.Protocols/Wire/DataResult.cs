namespace ActorMail.Protocols.Wire;

/// <summary>Whether <see cref="DataDecoder.Decode"/> came to the end of the message.</summary>
public enum DataResult
{
    NeedsMoreData,
    End,
}
