namespace ActorMail.Server.Hosting;

/// <summary>An endpoint that cannot be listened on: its port is in use, or the address is not this machine's.</summary>
internal sealed class EndpointException(string setting, string endpoint, string reason)
    : Exception($"{setting}: cannot listen on {endpoint}: {reason}");
