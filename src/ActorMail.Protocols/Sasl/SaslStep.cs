using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Sasl;

/// <summary>What a login needs next.</summary>
public abstract record SaslStep
{
    private SaslStep()
    {
    }

    /// <summary>Send this, and hand the answer to <see cref="SaslExchange.Respond"/>.</summary>
    public sealed record Challenge(ReadOnlyMemory<byte> Data) : SaslStep;

    /// <summary>
    /// Ask the accounts; who is right goes to <see cref="SaslExchange.Confirm"/>. What cannot be a user or a password
    /// is asked all the same, with an empty name: it must cost what a wrong password costs, and be answered alike.
    /// </summary>
    /// <param name="AuthorizationId">Whose mailbox is wanted; null for the user's own (RFC 4616 §2).</param>
    public sealed record CheckPassword(string User, Secret Password, string? AuthorizationId) : SaslStep;

    /// <summary>
    /// Ask the accounts for the salt of this user, which goes to <see cref="SaslExchange.TakeSalt"/>. They answer for
    /// a user who does not exist as well.
    /// </summary>
    public sealed record FindSalt(string User, ScramHash Hash) : SaslStep;

    /// <summary>
    /// Ask the accounts whether the proof is right (RFC 5802 §3); if so, the server's signature goes to
    /// <see cref="SaslExchange.Confirm"/>.
    /// </summary>
    public sealed record CheckProof(string User, ScramProof Proof, string? AuthorizationId) : SaslStep;

    /// <summary>Logged in as the user whom the accounts found.</summary>
    public sealed record Accepted : SaslStep
    {
        public static readonly Accepted Instance = new();
    }

    /// <summary>The client is not who it says, or somebody is in between (a channel binding that differs).</summary>
    public sealed record Refused : SaslStep
    {
        public static readonly Refused Instance = new();
    }

    /// <summary>What the client said follows no grammar. <paramref name="Reason"/> is our own text.</summary>
    public sealed record Malformed(string Reason) : SaslStep;
}
