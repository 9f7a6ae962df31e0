using Serilog.Events;

namespace ActorMail.Server.Logging;

/// <summary>The settings of <c>actormail.log</c>.</summary>
public sealed record LogOptions
{
    public LogEventLevel Level { get; init; } = LogEventLevel.Information;

    /// <summary>The full path of a file to log to, besides the console; null for none.</summary>
    public string? File { get; init; }

    /// <summary>A file of this size is closed and a numbered one begins; octets.</summary>
    public long MaxFileSize { get; init; } = 64 * 1024 * 1024;

    public int RetainedFiles { get; init; } = 7;
}
