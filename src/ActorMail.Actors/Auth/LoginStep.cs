using ActorMail.Protocols.Mail;

namespace ActorMail.Actors.Auth;

/// <summary>What a session does next for a client that logs in; each protocol has its own words for it.</summary>
public abstract record LoginStep
{
    private LoginStep()
    {
    }

    /// <summary>
    /// Send this challenge, which is base64, and hand the next line to <see cref="SaslLogin.Respond"/>.
    /// </summary>
    public sealed record Challenge(string Text) : LoginStep;

    /// <summary>The authenticator was asked; its answer goes to <see cref="SaslLogin.Take"/>.</summary>
    public sealed record Waiting : LoginStep
    {
        public static readonly Waiting Instance = new();
    }

    public sealed record Accepted(LoginIdentity Identity) : LoginStep;

    /// <summary>Nothing about why.</summary>
    public sealed record Refused : LoginStep
    {
        public static readonly Refused Instance = new();
    }

    /// <summary>Nobody can be checked now.</summary>
    public sealed record NotChecked : LoginStep
    {
        public static readonly NotChecked Instance = new();
    }

    /// <summary>The client gave up with <c>*</c>.</summary>
    public sealed record Cancelled : LoginStep
    {
        public static readonly Cancelled Instance = new();
    }

    /// <summary>No base64, or no grammar in it. <paramref name="Reason"/> is our own text.</summary>
    public sealed record Malformed(string Reason) : LoginStep;
}
