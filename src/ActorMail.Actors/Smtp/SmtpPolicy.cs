using System.Collections.Immutable;
using ActorMail.Actors.Policy;
using Akka.Actor;

namespace ActorMail.Actors.Smtp;

/// <summary>What a listener asks of its clients besides the protocol.</summary>
/// <param name="Helo">Null where clients are known and may call themselves as they like.</param>
/// <param name="DnsLists">Null where nobody is looked up.</param>
public sealed record SmtpPolicy(RateLedger Rates, PolicyOptions Options, HeloRules? Helo, IActorRef? DnsLists)
{
    /// <summary>
    /// Names and lists are asked of strangers only, not of users. A server that hands over by LMTP is one of the house:
    /// null.
    /// </summary>
    public static SmtpPolicy? For(
        SmtpOptions smtp,
        PolicyOptions policy,
        RateLedger rates,
        ImmutableArray<string> domains,
        IActorRef dnsLists)
    {
        if (smtp.IsLmtp)
            return null;

        var areStrangers = smtp.Submission is null;
        return new SmtpPolicy(
            rates,
            policy,
            areStrangers ? new HeloRules(policy.Helo, policy.Exempt, smtp.Hostname, domains) : null,
            areStrangers && policy.DnsLists.IsOn ? dnsLists : null);
    }
}
