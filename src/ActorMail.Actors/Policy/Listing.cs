using System.Net;

namespace ActorMail.Actors.Policy;

/// <summary>Where a client is listed.</summary>
/// <param name="Answer">What the list says of it, such as 127.0.0.2; its pages tell the meaning.</param>
public sealed record Listing(string Zone, IPAddress Answer);
