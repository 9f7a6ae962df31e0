namespace ActorMail.Tidy.Tests;

/// <summary>A test that says it proves a requirement: a method, a transcript, or a check with real clients.</summary>
internal sealed record Citation(string Id, string Proof);
