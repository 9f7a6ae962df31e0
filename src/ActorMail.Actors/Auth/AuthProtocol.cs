using System.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using Akka.Actor;

namespace ActorMail.Actors.Auth;

/// <summary>Questions to the authenticator, and its answers. None leaves the node.</summary>
public static class AuthProtocol
{
    /// <summary>
    /// Asks whether this password is that of the user: <see cref="LoginAccepted"/>, <see cref="LoginRefused"/> or
    /// <see cref="LoginNotChecked"/>.
    /// </summary>
    /// <param name="AuthorizationId">Whose mailbox is wanted; null for his own, and no other is given.</param>
    /// <param name="Remote">Who guesses too often.</param>
    public sealed record VerifyPassword(string User, Secret Password, string? AuthorizationId, IPAddress? Remote)
        : INoSerializationVerificationNeeded;

    /// <summary>
    /// Asks for the salt of this user's password: <see cref="SaltFound"/>, also for one who does not exist, or
    /// <see cref="LoginNotChecked"/>.
    /// </summary>
    public sealed record FindSalt(string User, ScramHash Hash) : INoSerializationVerificationNeeded;

    /// <summary>The same as <see cref="VerifyPassword"/> with the proof of SCRAM instead of the password.</summary>
    public sealed record VerifyProof(string User, ScramProof Proof, string? AuthorizationId, IPAddress? Remote)
        : INoSerializationVerificationNeeded;

    /// <param name="Salt">The same each time that this user is asked for.</param>
    public sealed record SaltFound(ScramSalt Salt) : INoSerializationVerificationNeeded;

    /// <param name="ServerSignature">Proves to the client that we know its password; empty without SCRAM.</param>
    public sealed record LoginAccepted(LoginIdentity Identity, ReadOnlyMemory<byte> ServerSignature = default)
        : INoSerializationVerificationNeeded;

    /// <summary>Says nothing about why: a client must not learn whether the user exists.</summary>
    public sealed record LoginRefused : INoSerializationVerificationNeeded
    {
        public static readonly LoginRefused Instance = new();
    }

    /// <summary>Nobody can be checked now: the accounts cannot be read, or too many wait.</summary>
    public sealed record LoginNotChecked : INoSerializationVerificationNeeded
    {
        public static readonly LoginNotChecked Instance = new();
    }
}
