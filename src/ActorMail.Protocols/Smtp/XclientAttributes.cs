using System.Net;

namespace ActorMail.Protocols.Smtp;

/// <summary>
/// Whom a trusted front end speaks for: the attributes of XCLIENT, as Postfix defined them. What was given as
/// unavailable, or not at all, is null.
/// </summary>
public sealed record XclientAttributes
{
    /// <summary>As EHLO lists them.</summary>
    internal const string Names = "NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT";

    public IPAddress? Address { get; init; }

    public int? Port { get; init; }

    public string? Helo { get; init; }

    /// <summary>The client said EHLO to the front end.</summary>
    public bool? IsExtended { get; init; }

    /// <summary>Who has logged in at the front end.</summary>
    public string? Login { get; init; }
}
