using System.Net;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Smtp;

/// <summary>What the trace fields of a message say about its way here (RFC 5321 §4.4).</summary>
/// <param name="Hostname">Ours.</param>
/// <param name="HeloName">What the client called itself; empty if it did not.</param>
/// <param name="Remote">Where the connection came from; null if that is not known.</param>
/// <param name="Protocol">What was spoken, without what TLS and AUTH add to it.</param>
/// <param name="Security">Of the connection; null for one in clear.</param>
/// <param name="IsAuthenticated">The client logged in.</param>
/// <param name="Id">Of the delivery, as in the reply and in the log.</param>
/// <param name="ReversePath">Null for the null path.</param>
/// <param name="For">Only if there is one recipient: the others are nobody's business (§7.2).</param>
/// <param name="Date">When it came, with the offset to show.</param>
public sealed record TraceInfo(
    string Hostname,
    string HeloName,
    IPAddress? Remote,
    TransportProtocol Protocol,
    TransportSecurity? Security,
    bool IsAuthenticated,
    string Id,
    MailAddress? ReversePath,
    MailAddress? For,
    DateTimeOffset Date)
{
    /// <summary>
    /// The address that led to this copy, where it is not that of the mailbox: with a detail, or by an alias.
    /// </summary>
    public MailAddress? DeliveredTo { get; init; }
}
