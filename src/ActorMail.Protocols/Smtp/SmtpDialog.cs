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

    /// <summary>The client said EHLO or LHLO, so the message came by an extended protocol.</summary>
    public bool IsExtended { get; private init; }

    /// <summary>MAIL commands so far.</summary>
    public int Messages { get; private init; }

    /// <summary>Null as long as no transaction is open.</summary>
    public SmtpEnvelope? Envelope { get; private init; }

    /// <summary>Why this client may not send mail now; null if it may.</summary>
    private SmtpReply? Barrier => this switch
    {
        { Settings.RequireTls: true, Access.IsSecure: false } => SmtpReplies.TlsRequired(Settings),
        { Settings.IsSubmission: true, Identity: null, Access: { CanLogIn: false, CanStartTls: true } } =>
            SmtpReplies.TlsRequired(Settings),
        { Settings.IsSubmission: true, Identity: null } => SmtpReplies.LoginRequired(Settings),
        _ => null,
    };

    public (SmtpDialog Next, SmtpStep Step) Accept(SmtpCommand command) => command switch
    {
        SmtpCommand.Quit => (this, new SmtpStep.Goodbye(SmtpReplies.Goodbye(Settings))),
        SmtpCommand.Foreign(var reply) => (this, new SmtpStep.Goodbye(reply)),
        SmtpCommand.Bdat(var octets, _) when Settings.Service is not SmtpService.Open =>
            (this, new SmtpStep.SkipChunk(octets, SmtpReplies.NothingButQuit(Settings))),
        _ when Settings.Service is not SmtpService.Open => (this, Answer(SmtpReplies.NothingButQuit(Settings))),
        SmtpCommand.Refused(var reply) => (this, Answer(reply)),
        SmtpCommand.Helo(var name) => (Introduce(name, isExtended: false), Answer(SmtpReplies.Helo(Settings))),
        SmtpCommand.Ehlo(var name) =>
            (Introduce(name, isExtended: true), Answer(SmtpReplies.Ehlo(Settings, Access, Identity))),
        SmtpCommand.Xclient(var attributes) => (this, AcceptXclient(attributes)),
        SmtpCommand.StartTls => (this, AcceptStartTls()),
        SmtpCommand.Auth(var mechanism, var initial) => (this, AcceptAuth(mechanism, initial)),
        SmtpCommand.Mail when HeloName is null && !Settings.IsBasic =>
            (this, Answer(SmtpReplies.HeloFirst(Settings))),
        SmtpCommand.Bdat(var octets, _) when Barrier is { } reply => (this, new SmtpStep.SkipChunk(octets, reply)),
        SmtpCommand.Mail or SmtpCommand.Rcpt or SmtpCommand.Data or SmtpCommand.Vrfy or SmtpCommand.Expn
            when Barrier is { } reply => (this, Answer(reply)),
        SmtpCommand.Mail mail => AcceptMail(mail),
        SmtpCommand.Rcpt(var address, var parameters) => (this, AcceptRcpt(address, parameters)),
        SmtpCommand.Data => (this, AcceptData()),
        SmtpCommand.Bdat bdat => AcceptBdat(bdat),
        SmtpCommand.Rset => (EndTransaction(), Answer(SmtpReplies.Done(Settings))),
        SmtpCommand.Noop => (this, Answer(SmtpReplies.Done(Settings))),
        SmtpCommand.Vrfy(var name, var isUtf8) => (this, Settings.CanExpand(Identity)
            ? Look(name, isList: false, isUtf8)
            : Answer(SmtpReplies.NotVerified(Settings))),
        SmtpCommand.Expn(var name, var isUtf8) => (this, Settings.CanExpand(Identity)
            ? Look(name, isList: true, isUtf8)
            : Answer(SmtpReplies.ExpandingOff(Settings))),
        SmtpCommand.Help(var topic) => (this, Answer(SmtpHelp.About(topic, this))),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "not a command"),
    };

    /// <summary>
    /// The connection is another, as when TLS has begun: nothing that was said before counts any more
    /// (RFC 3207 §4.2), but for what a client has used up of its limits.
    /// </summary>
    public SmtpDialog StartAnew(SmtpAccess access) =>
        new(Settings, access) { LoginFailures = LoginFailures, Messages = Messages };

    /// <summary>The same for another client, with what a trusted front end says of it.</summary>
    public SmtpDialog StartFor(SmtpAccess access, XclientAttributes client) => StartAnew(access) with
    {
        HeloName = client.Helo,
        IsExtended = client is { Helo: not null, IsExtended: not false },
        Identity = FindIdentity(client.Login),
    };

    public (SmtpDialog Next, SmtpReply Reply) AcceptLogin(LoginIdentity identity) =>
        (this with { Identity = identity }, SmtpReplies.LoggedIn(Settings));

    /// <summary>Neither the reply nor its time says what was wrong.</summary>
    public (SmtpDialog Next, SmtpReply Reply) FailLogin() =>
        (this with { LoginFailures = LoginFailures + 1 }, SmtpReplies.LoginRefused(Settings));

    /// <summary>The resolver knows the recipient. There is room for it: that was checked before he was asked.</summary>
    public (SmtpDialog Next, SmtpReply Reply) AddRecipient(SmtpRecipient recipient) =>
        (this with { Envelope = Envelope! with { Recipients = Envelope.Recipients.Add(recipient) } },
            SmtpReplies.RecipientAccepted(Settings, recipient.Address));

    /// <summary>Forgets sender and recipients: after the end of the data, RSET, HELO and EHLO.</summary>
    public SmtpDialog EndTransaction() => this with { Envelope = null };

    private static SmtpStep.Answer Answer(SmtpReply reply) => new(reply);

    private SmtpDialog Introduce(string name, bool isExtended) =>
        EndTransaction() with { HeloName = name, IsExtended = isExtended };

    private SmtpStep AcceptXclient(XclientAttributes attributes) => this switch
    {
        { Access.MaySpeakForOthers: false } => Answer(SmtpReplies.NotTrusted(Settings)),
        { Envelope: not null } => Answer(SmtpReplies.XclientInTransaction(Settings)),
        _ when attributes.Login is not null && FindIdentity(attributes.Login) is null =>
            Answer(SmtpReplies.BadAddress(Settings)),
        _ => new SmtpStep.BecomeClient(attributes),
    };

    private LoginIdentity? FindIdentity(string? login)
    {
        if (login is null || !MailAddress.TryParse(login, out var address))
            return null;

        var whole = address.HasDomain ? address : address with { Domain = Settings.DefaultDomain };
        return MailboxName.TryFrom(whole, out var mailbox) ? new LoginIdentity(mailbox, whole) : null;
    }

    /// <summary>Also inside a transaction, which it ends (RFC 3207 §4.2).</summary>
    private SmtpStep AcceptStartTls() => this switch
    {
        { Access.IsSecure: true } => Answer(SmtpReplies.AlreadySecure(Settings)),
        { Identity: not null } => Answer(SmtpReplies.TlsAfterLogin(Settings)),
        { Access.CanStartTls: false } => Answer(SmtpReplies.NoTls(Settings)),
        _ => new SmtpStep.BeginTls(SmtpReplies.ReadyForTls(Settings)),
    };

    /// <summary>RFC 4954 §4: once in a session, after EHLO, and outside of a transaction.</summary>
    private SmtpStep AcceptAuth(string mechanism, Secret? initial) => this switch
    {
        { IsExtended: false } => Answer(SmtpReplies.EhloFirst(Settings)),
        { Identity: not null } => Answer(SmtpReplies.AlreadyLoggedIn(Settings)),
        { Envelope: not null } => Answer(SmtpReplies.LoginInTransaction(Settings)),
        _ when LoginFailures >= Settings.MaxLoginFailures =>
            new SmtpStep.Goodbye(SmtpReplies.TooManyLoginFailures(Settings)),
        { Access.CanLogIn: false } => Answer(SmtpReplies.TlsForLogin(Settings)),
        _ when !Access.Offers(mechanism) => Answer(SmtpReplies.UnknownMechanism(Settings, Access)),
        _ => new SmtpStep.BeginLogin(mechanism, initial),
    };

    private (SmtpDialog Next, SmtpStep Step) AcceptMail(SmtpCommand.Mail mail)
    {
        if (Messages >= Settings.MaxMessages)
            return (this, new SmtpStep.Goodbye(SmtpReplies.TooManyMessages(Settings)));

        var counted = this with { Messages = Messages + 1 };
        return RefusalOf(mail) is { } refusal
            ? (counted, Answer(refusal))
            : (counted with { Envelope = new SmtpEnvelope(mail.ReversePath, mail.Parameters) },
                Answer(SmtpReplies.SenderAccepted(Settings, mail.ReversePath)));
    }

    private SmtpReply? RefusalOf(SmtpCommand.Mail mail) => mail switch
    {
        _ when Envelope is not null => SmtpReplies.MailAlreadyGiven(Settings),
        { ReversePath: { } sender } when !IsWhole(sender) => SmtpReplies.DomainNotWhole(Settings, sender),
        { ReversePath: { } sender } when Identity is { } login && Settings.MaySend?.Invoke(login, sender) is false =>
            SmtpReplies.NotYourAddress(Settings, sender, login),
        _ => null,
    };

    private SmtpStep AcceptRcpt(MailAddress address, RcptParameters parameters) => Envelope switch
    {
        null => Answer(SmtpReplies.MailFirst(Settings)),
        { IsChunked: true } => Answer(SmtpReplies.InsideChunks(Settings)),
        { Parameters.IsUtf8: false } when !address.IsAscii => Answer(SmtpReplies.RecipientNeedsUtf8(Settings)),
        _ when !IsWhole(address) => Answer(SmtpReplies.DomainNotWhole(Settings, address)),
        _ when Envelope.Recipients.Length >= Settings.MaxRecipients => Answer(SmtpReplies.TooManyRecipients(Settings)),
        _ => new SmtpStep.Resolve(address, parameters),
    };

    private SmtpStep AcceptData() => Envelope switch
    {
        null => Answer(SmtpReplies.MailFirst(Settings)),
        { IsChunked: true } => Answer(SmtpReplies.DataAfterChunks(Settings)),
        { Recipients.IsEmpty: true } => Answer(SmtpReplies.RcptFirst(Settings)),
        { Parameters.Body: BodyKind.Binary } => Answer(SmtpReplies.BinaryNeedsChunks(Settings)),
        _ => new SmtpStep.ReceiveData(SmtpReplies.SendData),
    };

    /// <summary>
    /// The octets are on their way, whatever is wrong with the command (RFC 3030 §2); behind a chunk that is not taken
    /// no other is taken in this transaction, so that none passes for a message of its own.
    /// </summary>
    private (SmtpDialog Next, SmtpStep Step) AcceptBdat(SmtpCommand.Bdat bdat)
    {
        var (octets, isLast) = bdat;
        switch (Envelope)
        {
            case null:
                return (this, new SmtpStep.SkipChunk(octets, SmtpReplies.MailFirst(Settings)));
            case { Recipients.IsEmpty: true } when Settings.IsLmtp && isLast:
                // One reply for each recipient, and there is none (RFC 2033 §4.3).
                return (EndTransaction(), new SmtpStep.SkipChunk(octets));
            case { Recipients.IsEmpty: true } lost:
                return (this with { Envelope = lost with { IsChunked = true } },
                    new SmtpStep.SkipChunk(octets, SmtpReplies.RcptFirst(Settings)));
            case { } envelope when octets > Settings.MaxMessageSize - envelope.ChunkOctets:
                var count = Settings.IsLmtp && isLast ? envelope.Recipients.Length : 1;
                var replies = Enumerable.Repeat(SmtpReplies.MessageTooLarge(Settings), count);
                return (EndTransaction(), new SmtpStep.SkipChunk(octets, [.. replies]));
            case { } envelope:
                var next = envelope with { IsChunked = true, ChunkOctets = envelope.ChunkOctets + octets };
                return (this with { Envelope = next }, new SmtpStep.ReceiveChunk(octets, isLast));
        }
    }

    /// <summary>A mailbox in brackets or without; of a name without a domain we know which one is meant.</summary>
    private SmtpStep Look(string name, bool isList, bool isUtf8)
    {
        var text = name is ['<', .. var inner, '>'] ? inner : name;
        if (!MailAddress.TryParse(text, out var address))
            return Answer(SmtpReplies.BadAddress(Settings));

        var whole = address.HasDomain ? address : address with { Domain = Settings.DefaultDomain };
        return new SmtpStep.Expand(whole, isList, isUtf8);
    }

    /// <summary>
    /// In submission a domain of one word is short for something that only the sender knows (RFC 6409 §4.2).
    /// </summary>
    private bool IsWhole(MailAddress address) =>
        !Settings.IsSubmission || !address.HasDomain || address.Domain.AsSpan().ContainsAny('.', '[')
        || Settings.ShortDomains.Contains(address.Domain, StringComparer.OrdinalIgnoreCase);
}
