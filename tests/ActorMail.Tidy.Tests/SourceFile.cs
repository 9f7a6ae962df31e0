namespace ActorMail.Tidy.Tests;

internal sealed record SourceFile(string Name, IReadOnlyList<string> Lines);
