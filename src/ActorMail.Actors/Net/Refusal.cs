namespace ActorMail.Actors.Net;

/// <summary>Why a client is turned away before it has a session.</summary>
public enum Refusal
{
    /// <summary>As many clients are here as the server takes in all.</summary>
    ServerFull,

    /// <summary>As many clients are here as the server takes from one address.</summary>
    AddressFull,

    /// <summary>As many clients have come in a minute as the server takes from one address.</summary>
    TooOften,
}
