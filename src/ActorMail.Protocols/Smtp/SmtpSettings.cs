using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>What the pure part of an SMTP session has to know of the settings <c>actormail.smtp</c>.</summary>
public sealed record SmtpSettings
{
    /// <summary>Our name in the greeting, in 221 and 421, and in Received (RFC 5321 §4.1.1.1).</summary>
    public required string Hostname { get; init; }

    /// <summary>
    /// The course's profile: no EHLO, no enhanced codes, MAIL without HELO, recipients without domain.
    /// </summary>
    public bool IsBasic { get; init; }

    /// <summary>Takes names and paths only as RFC 5321 §4.1.2 writes them.</summary>
    public bool IsStrict { get; init; }

    /// <summary>
    /// Mail comes from its writers (RFC 6409) and not from other servers: nothing is taken of somebody who has not
    /// logged in.
    /// </summary>
    public bool IsSubmission { get; init; }

    /// <summary>Mail comes from a server for delivery, and each recipient gets a reply of its own (RFC 2033).</summary>
    public bool IsLmtp { get; init; }

    /// <summary>Whether mail is taken at all.</summary>
    public SmtpService Service { get; init; }

    /// <summary>Users who have logged in get true answers to VRFY and EXPN (RFC 5321 §7.3).</summary>
    public bool VerifiesForUsers { get; init; }

    /// <summary>Nothing is taken without TLS (RFC 3207 §4).</summary>
    public bool RequireTls { get; init; }

    /// <summary>Whether a user may send as this address; null if everybody may as everybody.</summary>
    public Func<LoginIdentity, MailAddress, bool>? MaySend { get; init; }

    /// <summary>Failed logins, and then the next one ends the session. RFC 4954 §9: at least 3.</summary>
    public int MaxLoginFailures { get; init; } = 3;

    /// <summary>
    /// Domains without a dot that are whole ones all the same; other names of one word are refused in submission
    /// (RFC 6409 §4.2).
    /// </summary>
    public ImmutableArray<string> ShortDomains { get; init; } = ["localhost"];

    /// <summary>RFC 5321 §4.5.3.1.8: at least 100.</summary>
    public int MaxRecipients { get; init; } = 1_000;

    /// <summary>MAIL commands in one session (MAILMAX of RFC 9422 §4.1), 999,999 at most.</summary>
    public int MaxMessages { get; init; } = 100_000;

    /// <summary>In octets as RFC 1870 §5 counts them; the number behind SIZE in the reply to EHLO.</summary>
    public long MaxMessageSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>What a client calls itself in the examples: no name of ours, which a policy may refuse.</summary>
    internal const string ClientExample = "me.example.net";

    /// <summary>The domain of the examples that refusals and HELP give.</summary>
    public string DefaultDomain { get; init; } = "example.org";

    /// <summary>
    /// Behind the <c>@</c> of the Message-IDs that we give: our name, or the default domain where that is an address.
    /// </summary>
    public string DomainOfIds => Hostname.StartsWith('[') ? DefaultDomain : Hostname;

    /// <summary>Whether this client gets true answers to VRFY and EXPN.</summary>
    public bool CanExpand(LoginIdentity? login) => VerifiesForUsers && login is not null;
}
