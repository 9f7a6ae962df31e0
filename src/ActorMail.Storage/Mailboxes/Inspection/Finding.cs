namespace ActorMail.Storage.Mailboxes.Inspection;

/// <summary>Something that is not as it should be, in plain words.</summary>
public sealed record Finding(FindingKind Kind, string Text);
