namespace ActorMail.Protocols.Sasl;

/// <summary>
/// A way to log in (RFC 4422 §3), as the server plays it: the same for SMTP, POP3 and IMAP. New ones plug in by
/// standing in <see cref="SaslMechanisms.All"/>.
/// </summary>
/// <param name="name">As registered with IANA, in capitals: <c>SCRAM-SHA-256</c>.</param>
public abstract class SaslMechanism(string name)
{
    public string Name => name;

    /// <summary>Needs keys that are kept of a password, so that it cannot work where any password is right.</summary>
    public virtual bool NeedsStoredKeys => false;

    /// <summary>Works only under TLS whose certificate has <c>tls-server-end-point</c> data (RFC 5929 §4).</summary>
    public virtual bool NeedsChannelBinding => false;

    /// <summary>One login, from its first response to its end.</summary>
    public abstract SaslExchange Begin(SaslContext context);

    public override string ToString() => name;
}
