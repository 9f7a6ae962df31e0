namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>A server with the settings that a user finds.</summary>
public sealed class DefaultServer : ServerFixture;
