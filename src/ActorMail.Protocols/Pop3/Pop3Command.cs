using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Pop3;

/// <summary>What a client can say (RFC 1939 §4 to §7, RFC 2449 §5). The cases below are all there are.</summary>
public abstract record Pop3Command
{
    private Pop3Command()
    {
    }

    public sealed record User(string Name) : Pop3Command;

    /// <summary>The rest of the line as it came: blanks belong to the password (RFC 1939 §7).</summary>
    public sealed record Pass(Secret Password) : Pop3Command;

    public sealed record Stat : Pop3Command
    {
        public static readonly Stat Instance = new();
    }

    public sealed record List(int? Number) : Pop3Command;

    public sealed record Uidl(int? Number) : Pop3Command;

    public sealed record Retr(int Number) : Pop3Command;

    /// <summary>The header and the first <paramref name="Lines"/> lines of the body, which may be none.</summary>
    public sealed record Top(int Number, int Lines) : Pop3Command;

    public sealed record Dele(int Number) : Pop3Command;

    public sealed record Rset : Pop3Command
    {
        public static readonly Rset Instance = new();
    }

    public sealed record Noop : Pop3Command
    {
        public static readonly Noop Instance = new();
    }

    public sealed record Quit : Pop3Command
    {
        public static readonly Quit Instance = new();
    }

    public sealed record Capa : Pop3Command
    {
        public static readonly Capa Instance = new();
    }

    /// <summary>RFC 2595 §4.</summary>
    public sealed record Stls : Pop3Command
    {
        public static readonly Stls Instance = new();
    }

    /// <summary>RFC 5034 §4.</summary>
    /// <param name="Mechanism">As the client spelled it; empty in the old form that asks which there are.</param>
    /// <param name="InitialResponse">Base64, or <c>=</c>; null if none was given.</param>
    public sealed record Auth(string Mechanism, Secret? InitialResponse) : Pop3Command;

    /// <summary>RFC 6856 §2.</summary>
    public sealed record Utf8 : Pop3Command
    {
        public static readonly Utf8 Instance = new();
    }

    /// <summary>RFC 6856 §3.</summary>
    /// <param name="Range">Of RFC 4647 §2.1, or <c>*</c>; null asks which languages there are.</param>
    public sealed record Lang(string? Range) : Pop3Command;

    /// <summary>Of no RFC: for people with telnet.</summary>
    /// <param name="Topic">The word behind it, as it came; null if there is none.</param>
    public sealed record Help(string? Topic) : Pop3Command;

    /// <summary>A line that is no command.</summary>
    /// <param name="Fault">Why.</param>
    /// <param name="Verb">The command that it would be, or that seems to be meant; null if that is not known.</param>
    public sealed record Invalid(Pop3Fault Fault, Pop3Verb? Verb = null) : Pop3Command;
}
