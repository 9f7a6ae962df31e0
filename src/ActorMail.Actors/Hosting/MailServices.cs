using ActorMail.Actors.Auth;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Hosting;

/// <summary>What the actors behind all protocols are made of.</summary>
/// <param name="Tls">The certificates of all listeners; empty where there is no TLS.</param>
/// <param name="IoThreads">Threads for mailbox actors: as many files are flushed at a time.</param>
public sealed record MailServices(
    MailStore Store,
    MailboxOptions Mailboxes,
    RecipientOptions Recipients,
    AuthOptions Auth,
    TlsIdentities Tls,
    JournalActorOptions Journal,
    int IoThreads,
    TimeProvider Time)
{
    public PolicyOptions Policy { get; init; } = new();

    /// <summary>What clients and accounts do, counted over all listeners.</summary>
    public RateLedger Rates { get; init; } = new(new PolicyOptions(), Time);

    /// <summary>Where addresses lead, for those who cannot wait for an answer.</summary>
    public AddressDirectory Addresses { get; } = new();

    /// <summary>What mailboxes hold, and may.</summary>
    public QuotaLedger Quotas { get; init; } = new(new QuotaOptions());
}
