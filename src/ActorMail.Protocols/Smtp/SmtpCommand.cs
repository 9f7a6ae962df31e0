using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>One command line (RFC 5321 §4.1.1), as far as it can be understood without knowing the session.</summary>
public abstract record SmtpCommand
{
    private SmtpCommand()
    {
    }

    public sealed record Helo(string Name) : SmtpCommand;

    public sealed record Ehlo(string Name) : SmtpCommand;

    /// <param name="ReversePath">Null for the null path, <c>&lt;&gt;</c>.</param>
    /// <param name="Size">What the client declared (RFC 1870 §6); never above the limit.</param>
    /// <param name="IsEightBit">BODY=8BITMIME (RFC 6152 §3). Without it eight bits pass all the same.</param>
    public sealed record Mail(MailAddress? ReversePath, long? Size, bool IsEightBit) : SmtpCommand;

    /// <param name="Address">Without domain only for postmaster, or in the basic profile.</param>
    public sealed record Rcpt(MailAddress Address) : SmtpCommand;

    public sealed record Data : SmtpCommand
    {
        public static readonly Data Instance = new();
    }

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

    public sealed record Vrfy(string Argument) : SmtpCommand;

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
