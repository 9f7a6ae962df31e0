namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Octets of a write that broke off may stand at the end of the mailbox file, because the server did not close it.
/// </summary>
/// <param name="Intent">Where they were to stand; null if that is not known.</param>
/// <param name="WasLogged">The write itself was complete, and its log record broke off: whole messages count.</param>
/// <param name="WasPowerCut">
/// The machine was started since anything was written: the intent may be lost, and what looks like a whole message may
/// be the first half of one that was not flushed.
/// </param>
internal sealed record BrokenTail(LogIntent? Intent, bool WasLogged, bool WasPowerCut);
