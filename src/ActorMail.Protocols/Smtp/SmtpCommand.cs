using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>One command line (RFC 5321 §4.1.1), as far as it can be understood without knowing the session.</summary>
public abstract record SmtpCommand
{
    private SmtpCommand()
    {
    }

    public sealed record Helo(string Name) : SmtpCommand;

    /// <summary>Also LHLO, where LMTP is spoken (RFC 2033 §4.1).</summary>
    public sealed record Ehlo(string Name) : SmtpCommand;

    /// <param name="ReversePath">Null for the null path, <c>&lt;&gt;</c>.</param>
    public sealed record Mail(MailAddress? ReversePath, MailParameters Parameters) : SmtpCommand;

    /// <param name="Address">Without domain only for postmaster, or in the basic profile.</param>
    public sealed record Rcpt(MailAddress Address, RcptParameters Parameters) : SmtpCommand;

    public sealed record Data : SmtpCommand
    {
        public static readonly Data Instance = new();
    }

    /// <summary>So many octets follow, whatever is said to them (RFC 3030 §2).</summary>
    public sealed record Bdat(long Octets, bool IsLast) : SmtpCommand;

    public sealed record Rset : SmtpCommand
    {
        public static readonly Rset Instance = new();
    }

    public sealed record Noop : SmtpCommand
    {
        public static readonly Noop Instance = new();
    }

    public sealed record StartTls : SmtpCommand
    {
        public static readonly StartTls Instance = new();
    }

    /// <param name="Mechanism">As the client spelled it.</param>
    /// <param name="InitialResponse">Base64, or <c>=</c>; null if none was given (RFC 4954 §4).</param>
    public sealed record Auth(string Mechanism, Secret? InitialResponse) : SmtpCommand;

    /// <param name="Argument">A mailbox, or the name of somebody; never empty.</param>
    /// <param name="IsUtf8">The answer may hold UTF-8 (RFC 6531 §3.7.4.2).</param>
    public sealed record Vrfy(string Argument, bool IsUtf8) : SmtpCommand;

    /// <inheritdoc cref="Vrfy"/>
    public sealed record Expn(string Argument, bool IsUtf8) : SmtpCommand;

    public sealed record Xclient(XclientAttributes Attributes) : SmtpCommand;

    /// <param name="Topic">A verb, or empty.</param>
    public sealed record Help(string Topic) : SmtpCommand;

    public sealed record Quit : SmtpCommand
    {
        public static readonly Quit Instance = new();
    }

    /// <summary>Nothing that could be done in any state; the state stays as it is.</summary>
    public sealed record Refused(SmtpReply Reply) : SmtpCommand;

    /// <summary>A line of another protocol, sent by a browser that was tricked: the session ends.</summary>
    public sealed record Foreign(SmtpReply Reply) : SmtpCommand;
}
