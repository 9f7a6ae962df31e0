namespace ActorMail.Protocols.Pop3;

/// <summary>What the administrator decides about the dialog.</summary>
public sealed record Pop3Settings
{
    /// <summary>Octets of a command line, CRLF included. RFC 2449 §4: at least 255.</summary>
    public int MaxLineLength { get; init; } = 512;

    /// <summary>Between two logins to one mailbox, in whole seconds (RFC 2449 §6.5); zero for none.</summary>
    public TimeSpan LoginDelay { get; init; }

    /// <summary>The tag of the language that <c>LANG *</c> stands for (RFC 6856 §3.2).</summary>
    public string Language { get; init; } = Pop3Phrases.Default.Tag;

    public ImplementationNotice Implementation { get; init; } = ImplementationNotice.Always;
}
