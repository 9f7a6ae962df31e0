using System.Net;
using ActorMail.Protocols.Mail;
using Akka.Actor;

namespace ActorMail.Actors.Auth;

/// <summary>Questions to the authenticator, and its answers. None leaves the node.</summary>
public static class AuthProtocol
{
    /// <summary>
    /// Asks whether this user may open a mailbox. <paramref name="Remote"/> is who guesses too often.
    /// </summary>
    public sealed record VerifyPassword(string User, Secret Password, IPAddress? Remote)
        : INoSerializationVerificationNeeded;

    public sealed record PasswordAccepted(MailboxName Mailbox) : INoSerializationVerificationNeeded;

    /// <summary>Says nothing about why: a client must not learn whether the user exists.</summary>
    public sealed record PasswordRefused : INoSerializationVerificationNeeded
    {
        public static readonly PasswordRefused Instance = new();
    }

    /// <summary>Nobody can be checked now: the accounts cannot be read, or too many wait.</summary>
    public sealed record PasswordNotChecked : INoSerializationVerificationNeeded
    {
        public static readonly PasswordNotChecked Instance = new();
    }
}
