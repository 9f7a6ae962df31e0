namespace ActorMail.Fuzz;

/// <summary>The code under test did not do what is promised of it; the text says which promise, and how.</summary>
internal sealed class PropertyFailedException(string message) : Exception(message);
