using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>
/// All that was said so far in a session, and what the next command means after it (RFC 5321 §4.1.4). A refused
/// command leaves everything as it was.
/// </summary>
public sealed record SmtpDialog(SmtpSettings Settings, SmtpAccess Access)
{
    /// <summary>Who logged in on this connection; null for nobody.</summary>
    public LoginIdentity? Identity { get; private init; }

    public int LoginFailures { get; private init; }

    /// <summary>As the client gave it in HELO or EHLO; null before.</summary>
    public string? HeloName { get; private init; }

    /// <summary>The client said EHLO, so the message came by ESMTP.</summary>
    public bool IsExtended { get; private init; }

    /// <summary>A transaction is open.</summary>
    public bool HasMail { get; private init; }

    /// <summary>Null for the null path, and as long as there is no transaction.</summary>
    public MailAddress? ReversePath { get; private init; }

    public bool IsEightBit { get; private init; }

    public long? DeclaredSize { get; private init; }

    /// <summary>In the order of their RCPTs; one that was named twice stands here twice.</summary>
    public ImmutableArray<SmtpRecipient> Recipients { get; private init; } = [];

    /// <summary>Where copies go: each mailbox once, however many recipients lead to it, in ordinal order.</summary>
    public ImmutableArray<MailboxName> Mailboxes =>
    [
        .. Recipients.SelectMany(recipient => recipient.Mailboxes).Distinct()
            .OrderBy(mailbox => mailbox.Value, StringComparer.Ordinal),
    ];

    public (SmtpDialog Next, SmtpStep Step) Accept(SmtpCommand command) => command switch
    {
        SmtpCommand.Helo(var name) =>
            (Introduce(name, isExtended: false), new SmtpStep.Answer(SmtpReplies.Helo(Settings))),
        SmtpCommand.Ehlo(var name) =>
            (Introduce(name, isExtended: true), new SmtpStep.Answer(SmtpReplies.Ehlo(Settings, Access, Identity))),
        SmtpCommand.StartTls => (this, AcceptStartTls()),
        SmtpCommand.Auth(var mechanism, var initial) => (this, AcceptAuth(mechanism, initial)),
        SmtpCommand.Mail when HeloName is null && !Settings.IsBasic =>
            (this, new SmtpStep.Answer(SmtpReplies.HeloFirst(Settings))),
        SmtpCommand.Mail or SmtpCommand.Rcpt or SmtpCommand.Data or SmtpCommand.Vrfy when Barrier is { } reply =>
            (this, new SmtpStep.Answer(reply)),
        SmtpCommand.Mail mail => AcceptMail(mail),
        SmtpCommand.Rcpt(var address) => (this, AcceptRcpt(address)),
        SmtpCommand.Data => (this, AcceptData()),
        SmtpCommand.Rset => (EndTransaction(), new SmtpStep.Answer(SmtpReplies.Done(Settings))),
        SmtpCommand.Noop => (this, new SmtpStep.Answer(SmtpReplies.Done(Settings))),
        SmtpCommand.Vrfy => (this, new SmtpStep.Answer(SmtpReplies.NotVerified(Settings))),
        SmtpCommand.Help(var topic) => (this, new SmtpStep.Answer(SmtpHelp.About(topic, Settings))),
        SmtpCommand.Quit => (this, new SmtpStep.Goodbye(SmtpReplies.Goodbye(Settings))),
        SmtpCommand.Foreign(var reply) => (this, new SmtpStep.Goodbye(reply)),
        SmtpCommand.Refused(var reply) => (this, new SmtpStep.Answer(reply)),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "not a command"),
    };

    /// <summary>Why this client may not send mail now; null if it may.</summary>
    private SmtpReply? Barrier => this switch
    {
        { Settings.RequireTls: true, Access.IsSecure: false } => SmtpReplies.TlsRequired(Settings),
        { Settings.IsSubmission: true, Identity: null, Access: { CanLogIn: false, CanStartTls: true } } =>
            SmtpReplies.TlsRequired(Settings),
        { Settings.IsSubmission: true, Identity: null } => SmtpReplies.LoginRequired(Settings),
        _ => null,
    };

    /// <summary>
    /// The connection is another, as when TLS has begun: nothing that was said before counts any more
    /// (RFC 3207 §4.2), but for failed logins.
    /// </summary>
    public SmtpDialog StartAnew(SmtpAccess access) => new(Settings, access) { LoginFailures = LoginFailures };

    public (SmtpDialog Next, SmtpReply Reply) AcceptLogin(LoginIdentity identity) =>
        (this with { Identity = identity }, SmtpReplies.LoggedIn(Settings));

    /// <summary>Neither the reply nor its time says what was wrong.</summary>
    public (SmtpDialog Next, SmtpReply Reply) FailLogin() =>
        (this with { LoginFailures = LoginFailures + 1 }, SmtpReplies.LoginRefused(Settings));

    /// <summary>The resolver knows the recipient. There is room for it: that was checked before he was asked.</summary>
    public (SmtpDialog Next, SmtpReply Reply) AddRecipient(
        MailAddress address, ImmutableArray<MailboxName> mailboxes) =>
        (this with { Recipients = Recipients.Add(new SmtpRecipient(address, mailboxes)) },
            SmtpReplies.RecipientAccepted(Settings, address));

    /// <summary>Forgets sender and recipients: after the end of the data, RSET, HELO and EHLO.</summary>
    public SmtpDialog EndTransaction() => new(Settings, Access)
    {
        HeloName = HeloName,
        IsExtended = IsExtended,
        Identity = Identity,
        LoginFailures = LoginFailures,
    };

    private SmtpDialog Introduce(string name, bool isExtended) =>
        EndTransaction() with { HeloName = name, IsExtended = isExtended };

    /// <summary>Also inside a transaction, which it ends (RFC 3207 §4.2).</summary>
    private SmtpStep AcceptStartTls() => this switch
    {
        { Access.IsSecure: true } => new SmtpStep.Answer(SmtpReplies.AlreadySecure(Settings)),
        { Identity: not null } => new SmtpStep.Answer(SmtpReplies.TlsAfterLogin(Settings)),
        { Access.CanStartTls: false } => new SmtpStep.Answer(SmtpReplies.NoTls(Settings)),
        _ => new SmtpStep.BeginTls(SmtpReplies.ReadyForTls(Settings)),
    };

    /// <summary>RFC 4954 §4: once in a session, after EHLO, and outside of a transaction.</summary>
    private SmtpStep AcceptAuth(string mechanism, Secret? initial) => this switch
    {
        { IsExtended: false } => new SmtpStep.Answer(SmtpReplies.EhloFirst(Settings)),
        { Identity: not null } => new SmtpStep.Answer(SmtpReplies.AlreadyLoggedIn(Settings)),
        { HasMail: true } => new SmtpStep.Answer(SmtpReplies.LoginInTransaction(Settings)),
        _ when LoginFailures >= Settings.MaxLoginFailures =>
            new SmtpStep.Goodbye(SmtpReplies.TooManyLoginFailures(Settings)),
        { Access.CanLogIn: false } => new SmtpStep.Answer(SmtpReplies.TlsForLogin(Settings)),
        _ when !Access.Offers(mechanism) => new SmtpStep.Answer(SmtpReplies.UnknownMechanism(Settings, Access)),
        _ => new SmtpStep.BeginLogin(mechanism, initial),
    };

    private (SmtpDialog Next, SmtpStep Step) AcceptMail(SmtpCommand.Mail mail)
    {
        if (HasMail)
            return (this, new SmtpStep.Answer(SmtpReplies.MailAlreadyGiven(Settings)));
        if (mail.ReversePath is { } sender && !IsWhole(sender))
            return (this, new SmtpStep.Answer(SmtpReplies.DomainNotWhole(Settings, sender)));
        if (mail.ReversePath is { } claimed && Identity is { } identity
            && Settings.MaySend?.Invoke(identity, claimed) is false)
        {
            return (this, new SmtpStep.Answer(SmtpReplies.NotYourAddress(Settings, claimed, identity)));
        }

        var next = this with
        {
            HasMail = true,
            ReversePath = mail.ReversePath,
            DeclaredSize = mail.Size,
            IsEightBit = mail.IsEightBit,
        };
        return (next, new SmtpStep.Answer(SmtpReplies.SenderAccepted(Settings, mail.ReversePath)));
    }

    private SmtpStep AcceptRcpt(MailAddress address)
    {
        if (!HasMail)
            return new SmtpStep.Answer(SmtpReplies.MailFirst(Settings));
        if (!IsWhole(address))
            return new SmtpStep.Answer(SmtpReplies.DomainNotWhole(Settings, address));

        return Recipients.Length >= Settings.MaxRecipients
            ? new SmtpStep.Answer(SmtpReplies.TooManyRecipients(Settings))
            : new SmtpStep.Resolve(address);
    }

    private SmtpStep AcceptData()
    {
        if (!HasMail)
            return new SmtpStep.Answer(SmtpReplies.MailFirst(Settings));

        return Recipients.IsEmpty
            ? new SmtpStep.Answer(SmtpReplies.RcptFirst(Settings))
            : new SmtpStep.ReceiveData(SmtpReplies.SendData);
    }

    /// <summary>
    /// In submission a domain of one word is short for something that only the sender knows (RFC 6409 §4.2).
    /// </summary>
    private bool IsWhole(MailAddress address) =>
        !Settings.IsSubmission || !address.HasDomain || address.Domain.AsSpan().ContainsAny('.', '[')
        || Settings.ShortDomains.Contains(address.Domain, StringComparer.OrdinalIgnoreCase);
}
