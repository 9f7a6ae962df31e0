using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Smtp;

namespace ActorMail.Actors.Smtp;

/// <summary>The settings of <c>actormail.smtp</c>, checked when they are read.</summary>
public sealed record SmtpOptions
{
    /// <summary>The name in the greeting and in Received (RFC 5321 §4.1.1.1).</summary>
    public required string Hostname { get; init; }

    /// <summary>The course's profile: EHLO is answered 502, MAIL needs no HELO, a recipient needs no domain.</summary>
    public bool IsBasic { get; init; }

    /// <summary>
    /// Takes paths only as RFC 5321 §4.1.2 writes them: no blank behind the colon, no missing brackets.
    /// </summary>
    public bool IsStrict { get; init; }

    /// <summary>Octets of a command line, CRLF included. RFC 5321 §4.5.3.1.4: at least 512.</summary>
    public int MaxLineLength { get; init; } = 2_048;

    /// <summary>Recipients of one message. RFC 5321 §4.5.3.1.8: at least 100.</summary>
    public int MaxRecipients { get; init; } = 1_000;

    /// <summary>MAIL commands in one session; the next is answered 421 (MAILMAX of RFC 9422 §4.1).</summary>
    public int MaxMessages { get; init; } = 100_000;

    /// <summary>Octets of one message as on the wire, without stuffed dots (RFC 1870 §5).</summary>
    public long MaxMessageSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>More Received fields than this are a loop (RFC 5321 §6.3: at least 100).</summary>
    public int MaxReceivedFields { get; init; } = 100;

    /// <summary>Mail is taken under TLS only (RFC 3207 §4: not on a port that all the world delivers to).</summary>
    public bool RequireTls { get; init; }

    /// <summary>Failed logins in one session; the next AUTH is answered 421 (RFC 4954 §9).</summary>
    public int MaxLoginFailures { get; init; } = 3;

    /// <summary>Each recipient gets a reply of its own (RFC 2033).</summary>
    public bool IsLmtp { get; init; }

    /// <summary>Whether mail is taken at all.</summary>
    public SmtpService Service { get; init; }

    /// <summary>Users who have logged in get true answers to VRFY and EXPN.</summary>
    public bool VerifiesForUsers { get; init; }

    /// <summary>Who may say by XCLIENT that it speaks for another client.</summary>
    public NetworkSet FrontEnds { get; init; } = NetworkSet.Empty;

    /// <summary>Null where mail comes from other servers.</summary>
    public SubmissionOptions? Submission { get; init; }

    public SessionOptions Session { get; init; } = new() { IdleTimeout = TimeSpan.FromMinutes(5) };

    /// <summary>The part that the protocol's own code needs.</summary>
    public SmtpSettings ToSettings(RecipientOptions recipients) => new()
    {
        Hostname = Hostname,
        DefaultDomain = recipients.DefaultDomain,
        ShortDomains = ["localhost", recipients.DefaultDomain, .. recipients.Domains],
        IsBasic = IsBasic,
        IsStrict = IsStrict,
        MaxRecipients = MaxRecipients,
        MaxMessages = MaxMessages,
        MaxMessageSize = MaxMessageSize,
        IsLmtp = IsLmtp,
        Service = Service,
        VerifiesForUsers = VerifiesForUsers,
        IsSubmission = Submission is not null,
        RequireTls = RequireTls || Submission is { RequireTls: true },
        MaySend = Submission is { ChecksSenders: true } ? Submission.Permits : null,
        MaxLoginFailures = MaxLoginFailures,
    };
}
