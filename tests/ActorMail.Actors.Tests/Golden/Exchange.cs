namespace ActorMail.Actors.Tests.Golden;

/// <summary>A command, without its CRLF, and all that the server said to it before the client went on.</summary>
internal sealed record Exchange(string Command, IReadOnlyList<string> Answer);
