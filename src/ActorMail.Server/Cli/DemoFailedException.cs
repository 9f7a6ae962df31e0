namespace ActorMail.Server.Cli;

/// <summary>The server did not say what the story of the demo needs.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
