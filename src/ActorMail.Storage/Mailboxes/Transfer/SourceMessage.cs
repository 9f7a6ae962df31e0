namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>A message that was read from somewhere else.</summary>
/// <param name="Image">Its octets; the taker's to dispose of.</param>
/// <param name="Name">What to call it when something is wrong with it.</param>
/// <param name="Sender">The reverse-path; empty if there is none.</param>
/// <param name="At">When it came in, as far as the place where it was kept says so.</param>
/// <param name="Fault">Why it cannot be read; null if it can.</param>
internal sealed record SourceMessage(
    MessageImage Image, string Name, string Sender, DateTimeOffset? At, MessageMarks Flags, string? Fault = null);
