using System.Collections.Immutable;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>What a command asks of the session, which alone can wait for somebody.</summary>
public abstract record SmtpStep
{
    private SmtpStep()
    {
    }

    public sealed record Answer(SmtpReply Reply) : SmtpStep;

    /// <summary>Ask whose address this is; the answer decides between <see cref="SmtpDialog.AddRecipient"/> and a
    /// refusal.</summary>
    public sealed record Resolve(MailAddress Address, RcptParameters Parameters) : SmtpStep;

    /// <summary>Send the 354; what follows is the message, until <see cref="SmtpDialog.EndTransaction"/>.</summary>
    public sealed record ReceiveData(SmtpReply Reply) : SmtpStep;

    /// <summary>
    /// So many octets of the message follow; behind the last chunk comes <see cref="SmtpDialog.EndTransaction"/>.
    /// </summary>
    public sealed record ReceiveChunk(long Octets, bool IsLast) : SmtpStep;

    /// <summary>Throw away so many octets, then send the replies: one, but in LMTP one a recipient.</summary>
    public sealed record SkipChunk(long Octets, params ImmutableArray<SmtpReply> Replies) : SmtpStep;

    /// <summary>Ask whose address this is, and say so: for VRFY, or for EXPN.</summary>
    public sealed record Expand(MailAddress Address, bool IsList, bool IsUtf8) : SmtpStep;

    /// <summary>The connection is that of another client, for whom a front end speaks; greet it.</summary>
    public sealed record BecomeClient(XclientAttributes Attributes) : SmtpStep;

    /// <summary>
    /// Send the reply and begin with TLS; once that is done, <see cref="SmtpDialog.StartAnew"/>.
    /// </summary>
    public sealed record BeginTls(SmtpReply Reply) : SmtpStep;

    /// <summary>
    /// Begin a login; who is right goes to <see cref="SmtpDialog.AcceptLogin"/>, and who is wrong to
    /// <see cref="SmtpDialog.FailLogin"/>.
    /// </summary>
    public sealed record BeginLogin(string Mechanism, Secret? InitialResponse) : SmtpStep;

    /// <summary>Send the reply, then close.</summary>
    public sealed record Goodbye(SmtpReply Reply) : SmtpStep;
}
