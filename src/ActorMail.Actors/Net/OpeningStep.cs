namespace ActorMail.Actors.Net;

/// <summary>What a session does before the greeting.</summary>
internal abstract record OpeningStep
{
    private OpeningStep()
    {
    }

    /// <summary>Wait for the PROXY header.</summary>
    public sealed record AwaitHeader : OpeningStep
    {
        public static readonly AwaitHeader Instance = new();
    }

    /// <summary>Wait until <see cref="SessionOptions.GreetingDelay"/> has passed.</summary>
    public sealed record AwaitDelay : OpeningStep
    {
        public static readonly AwaitDelay Instance = new();
    }

    /// <summary>Nothing is in the way.</summary>
    public sealed record Greet : OpeningStep
    {
        public static readonly Greet Instance = new();
    }

    /// <summary>The client did not wait for the greeting.</summary>
    public sealed record SpokeEarly : OpeningStep
    {
        public static readonly SpokeEarly Instance = new();
    }

    /// <summary>The client that the front end speaks for is one too many.</summary>
    public sealed record Refuse(Refusal Refusal) : OpeningStep;

    /// <summary>There is nobody to speak with.</summary>
    public sealed record End(string Reason) : OpeningStep;
}
