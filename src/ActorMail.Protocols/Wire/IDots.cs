namespace ActorMail.Protocols.Wire;

/// <summary>What a dot at the start of a line is, known when the code is compiled.</summary>
internal interface IDots
{
    static abstract bool AreText { get; }

    /// <summary>Of DATA: it was stuffed, or ends the message.</summary>
    readonly struct Stuffed : IDots
    {
        public static bool AreText => false;
    }

    /// <summary>Of counted content: a dot.</summary>
    readonly struct Text : IDots
    {
        public static bool AreText => true;
    }
}
