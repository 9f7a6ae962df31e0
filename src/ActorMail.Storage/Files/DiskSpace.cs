namespace ActorMail.Storage.Files;

/// <summary>Octets of a volume: what this process may still take, and all there are.</summary>
public readonly record struct DiskSpace(long Free, long Total);
