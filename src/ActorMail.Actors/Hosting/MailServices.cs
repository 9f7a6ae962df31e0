using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Hosting;

/// <summary>What the actors behind all protocols are made of.</summary>
/// <param name="IoThreads">Threads for mailbox actors: as many files are flushed at a time.</param>
public sealed record MailServices(
    MailStore Store,
    MailboxOptions Mailboxes,
    RecipientOptions Recipients,
    AuthOptions Auth,
    JournalActorOptions Journal,
    int IoThreads,
    TimeProvider Time);
