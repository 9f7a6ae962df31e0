using Serilog;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;

namespace ActorMail.Server.Logging;

/// <summary>Makes the log of the server: the console, and a file that rolls over by size if one is set.</summary>
public static class LogSetup
{
    /// <summary>
    /// The caller disposes of it last, which writes what is still buffered. A log file that fails is said on standard
    /// error; mail does not wait for its log.
    /// </summary>
    public static Logger Create(LogOptions options)
    {
        SelfLog.Enable(TextWriter.Synchronized(Console.Error));
        var configuration = Configure(options).WriteTo.Console(new LogLineFormatter());
        if (options.File is not null)
        {
            configuration.WriteTo.File(
                new LogLineFormatter(),
                options.File,
                fileSizeLimitBytes: options.MaxFileSize,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: options.RetainedFiles);
        }

        return configuration.CreateLogger();
    }

    /// <summary>The levels alone, for a log that goes somewhere else.</summary>
    public static LoggerConfiguration Configure(LogOptions options) => new LoggerConfiguration()
        .MinimumLevel.Is(options.Level)
        // The host's own talk of starting and stopping says nothing that our lines do not.
        .MinimumLevel.Override("Microsoft", (LogEventLevel)Math.Max((int)options.Level, (int)LogEventLevel.Warning));
}
