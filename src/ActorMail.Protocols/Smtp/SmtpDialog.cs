using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>
/// All that was said so far in a session, and what the next command means after it (RFC 5321 §4.1.4). A refused
/// command leaves everything as it was.
/// </summary>
public sealed record SmtpDialog(SmtpSettings Settings)
{
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
            (Introduce(name, isExtended: true), new SmtpStep.Answer(SmtpReplies.Ehlo(Settings))),
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

    /// <summary>The resolver knows the recipient. There is room for it: that was checked before he was asked.</summary>
    public (SmtpDialog Next, SmtpReply Reply) AddRecipient(
        MailAddress address, ImmutableArray<MailboxName> mailboxes) =>
        (this with { Recipients = Recipients.Add(new SmtpRecipient(address, mailboxes)) },
            SmtpReplies.RecipientAccepted(Settings, address));

    /// <summary>Forgets sender and recipients: after the end of the data, RSET, HELO and EHLO.</summary>
    public SmtpDialog EndTransaction() =>
        new(Settings) { HeloName = HeloName, IsExtended = IsExtended };

    private SmtpDialog Introduce(string name, bool isExtended) =>
        new(Settings) { HeloName = name, IsExtended = isExtended };

    private (SmtpDialog Next, SmtpStep Step) AcceptMail(SmtpCommand.Mail mail)
    {
        if (HeloName is null && !Settings.IsBasic)
            return (this, new SmtpStep.Answer(SmtpReplies.HeloFirst(Settings)));
        if (HasMail)
            return (this, new SmtpStep.Answer(SmtpReplies.MailAlreadyGiven(Settings)));

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
}
