using System.Net;
using ActorMail.Protocols.Mail;
using Akka.Actor;

namespace ActorMail.Actors.Auth;

/// <summary>
/// Somebody who wants to log in. Compared by identity: a user may ask the same twice.
/// </summary>
/// <param name="identity">Who it says it is, whether there is such an account or not; null for what is no name.</param>
/// <param name="wantsOwn">The mailbox that is wanted is the user's own, and not another's (RFC 4616 §2).</param>
internal sealed class LoginAttempt(IActorRef sender, IPAddress network, LoginIdentity? identity, bool wantsOwn)
{
    public IActorRef Sender => sender;

    public IPAddress Network => network;

    public LoginIdentity? Identity => identity;

    /// <summary>Nobody's where there is no identity.</summary>
    public MailboxName Mailbox => identity?.Mailbox ?? default;

    public bool WantsOwn => wantsOwn;
}
