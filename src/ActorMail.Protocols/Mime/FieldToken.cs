namespace ActorMail.Protocols.Mime;

/// <summary>A piece of a structured header field (RFC 5322 §3.2), by its place.</summary>
internal readonly record struct FieldToken(FieldTokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;
}
