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
    public sealed record Resolve(MailAddress Address) : SmtpStep;

    /// <summary>Send the 354; what follows is the message, until <see cref="SmtpDialog.EndTransaction"/>.</summary>
    public sealed record ReceiveData(SmtpReply Reply) : SmtpStep;

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
