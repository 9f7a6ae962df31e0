namespace ActorMail.Protocols.Wire;

/// <summary>What the start of a header line has turned out to be.</summary>
internal enum FieldNameMatch
{
    /// <summary>Still open.</summary>
    Partial,

    /// <summary>No field that the decoder looks for.</summary>
    Other,
    ReturnPath,
    Received,
}
