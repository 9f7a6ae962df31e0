namespace ActorMail.Protocols.Tests;

/// <summary>A test over the corpus of real mail, skipped and counted as such where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CorpusFactAttribute : FactAttribute
{
    public CorpusFactAttribute()
    {
        if (Folder is null)
            Skip = "ACTORMAIL_CORPUS names no folder of messages";
    }

    public static string? Folder { get; } =
        Environment.GetEnvironmentVariable("ACTORMAIL_CORPUS") is { Length: > 0 } folder ? folder : null;
}
