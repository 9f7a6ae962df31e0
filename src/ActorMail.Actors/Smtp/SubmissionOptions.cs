using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Actors.Smtp;

/// <summary>Where users hand in their mail (RFC 6409): the settings of <c>actormail.submission</c>.</summary>
public sealed record SubmissionOptions
{
    /// <summary>Nothing but STARTTLS is taken before TLS (RFC 8314 §3.3).</summary>
    public bool RequireTls { get; init; }

    /// <summary>
    /// A user may use his own address, those that lead to him, and <see cref="ExtraSenders"/> only (RFC 6409 §6.1).
    /// </summary>
    public bool ChecksSenders { get; init; } = true;

    public ImmutableArray<ExtraSender> ExtraSenders { get; init; } = [];

    /// <summary>A user may use the addresses that lead to his mailbox, too.</summary>
    public bool AllowsAliases { get; init; } = true;

    /// <summary>Whether an address leads to a mailbox; asked from any thread. Null where nobody knows.</summary>
    public Func<MailAddress, MailboxName, bool>? LeadsTo { get; init; }

    /// <summary>Octets of a message's header, which is read as a whole to see whose address is in From.</summary>
    public int MaxHeaderSize { get; init; } = 256 * 1024;

    /// <summary>Whether mail of this user may say that it is from this address.</summary>
    public bool Permits(LoginIdentity login, MailAddress sender) =>
        !ChecksSenders || IsOwn(login, sender) || ExtraSenders.Any(extra => extra.Permits(login, sender))
        || (AllowsAliases && LeadsTo is not null && LeadsTo(sender, login.Mailbox));

    private static bool IsOwn(LoginIdentity login, MailAddress sender) =>
        MailboxName.TryFrom(login.Address, out var own) && MailboxName.TryFrom(sender, out var given) && own == given;
}
