namespace ActorMail.Actors.Net;

/// <summary>What the first octets of a connection are, as a PROXY header.</summary>
internal abstract record ProxyHeaderStep
{
    private ProxyHeaderStep()
    {
    }

    /// <summary>Not all of it is there: so many octets more belong to it for certain, perhaps not the last.</summary>
    public sealed record Incomplete(int MissingOctets) : ProxyHeaderStep;

    /// <summary>It is there, and has so many octets.</summary>
    public sealed record Complete(ProxyHeader Header, int Length) : ProxyHeaderStep;

    /// <summary>It is none, whatever may come.</summary>
    public sealed record Malformed(string Reason) : ProxyHeaderStep;
}
