using System.Net;
using ActorMail.Actors.Policy;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using Akka.Actor;

namespace ActorMail.Actors.Smtp;

/// <summary>
/// How one client behaves, and what the policy says to it. It has a say in what the dialog would accept, and in nothing
/// else.
/// </summary>
/// <param name="policy">Null for a listener without one.</param>
internal sealed class ClientConduct(SmtpPolicy? policy, SmtpSettings settings, IPAddress client)
{
    private int _errors;
    private Listing? _listing;

    /// <summary>The lists have been asked, and have not answered yet.</summary>
    public bool IsPending { get; private set; }

    /// <summary>Asks the lists about the client, early: at its first recipient they have answered.</summary>
    public void AskLists(IActorRef session)
    {
        if (policy?.DnsLists is not { } lists || policy.Options.Exempt.Contains(client))
            return;

        IsPending = true;
        lists.Tell(new DnsListProtocol.CheckClient(client), session);
    }

    /// <summary>False for an answer about somebody else.</summary>
    public bool Take(DnsListProtocol.ClientChecked answer)
    {
        if (!IsPending || !answer.Client.Equals(client))
            return false;

        (IsPending, _listing) = (false, answer.Listing);
        return true;
    }

    /// <summary>
    /// Why a command is refused that the dialog would accept; null if it is not. What it asks for is counted.
    /// </summary>
    public SmtpReply? Refuse(SmtpCommand command, SmtpStep step, LoginIdentity? identity) => (command, step) switch
    {
        (_, SmtpStep.Answer({ IsError: true })) => null,
        (SmtpCommand.Ehlo(var name), _) => RefuseName(name),
        (SmtpCommand.Helo(var name), _) => RefuseName(name),
        (SmtpCommand.Mail, SmtpStep.Answer) => RefuseRate(RateKind.Messages, identity),
        (SmtpCommand.Rcpt, SmtpStep.Resolve) => RefuseRate(RateKind.Recipients, identity),
        _ => null,
    };

    /// <summary>
    /// Why a recipient is refused to this client, whoever it is: but postmaster and abuse hear of it from everybody
    /// (RFC 5321 §4.5.1, RFC 2142 §4).
    /// </summary>
    public SmtpReply? RefuseRecipient(MailAddress recipient) => _listing is { } listing && !IsForComplaints(recipient)
        ? SmtpPolicyReplies.Listed(settings, client, listing.Zone, listing.Answer)
        : null;

    /// <summary>Counts a refused command: how long its answer waits, and the limit if that is one too many.</summary>
    public (TimeSpan Delay, PolicyLimit? Limit) NoteError()
    {
        if (policy is null || policy.Options.Exempt.Contains(client))
            return default;

        return (policy.Options.ErrorDelay.For(++_errors), policy.Rates.Count(RateKind.Errors, client));
    }

    private static bool IsForComplaints(MailAddress address) =>
        address.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase)
        || address.LocalPart.Equals("abuse", StringComparison.OrdinalIgnoreCase);

    /// <summary>Why a client may not call itself so; null if it may.</summary>
    public SmtpReply? RefuseName(string name) => policy?.Helo?.Refuse(name, client) is { } reason
        ? SmtpPolicyReplies.BadName(settings, reason)
        : null;

    private SmtpReply? RefuseRate(RateKind kind, LoginIdentity? identity)
    {
        var limit = policy?.Rates.Count(kind, client)
            ?? (identity is null ? null : policy?.Rates.Count(kind, identity.Mailbox));
        return limit is null ? null : SmtpPolicyReplies.TooOften(settings, limit.Setting, limit.PerMinute);
    }
}
