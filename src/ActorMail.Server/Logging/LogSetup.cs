using System.Text;
using Serilog;
using Serilog.Core;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Sinks.File;

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
            CheckFile(options.File);
            configuration.WriteTo.File(
                new LogLineFormatter(),
                options.File,
                hooks: new OwnerOnly(),
                fileSizeLimitBytes: options.MaxFileSize,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: options.RetainedFiles);
        }

        return configuration.CreateLogger();
    }

    /// <exception cref="IOException">Nothing can be written there: better said now than never noticed.</exception>
    private static void CheckFile(string path)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
                CreateFolder(folder);
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"actormail.log.file: {path} cannot be written: {fault.Message}", fault);
        }
    }

    private static void CreateFolder(string path)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (Directory.Exists(path))
            return;
        // The mode holds for the last folder only, and the data folder may be one of those above it.
        if (Path.GetDirectoryName(path) is { Length: > 0 } parent)
            CreateFolder(parent);
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(path, ownerOnly);
        else
            Directory.CreateDirectory(path);
    }

    /// <summary>The levels alone, for a log that goes somewhere else.</summary>
    public static LoggerConfiguration Configure(LogOptions options) => new LoggerConfiguration()
        .MinimumLevel.Is(options.Level)
        // The host's own talk of starting and stopping says nothing that our lines do not.
        .Filter.ByExcluding(entry => entry.Level == LogEventLevel.Information
            && entry.MessageTemplate.Text.StartsWith("CoordinatedShutdown", StringComparison.Ordinal))
        .MinimumLevel.Override("Microsoft", (LogEventLevel)Math.Max((int)options.Level, (int)LogEventLevel.Warning));

    /// <summary>Addresses and dialogs are nobody else's business: mode 0600, whatever the umask.</summary>
    private sealed class OwnerOnly : FileLifecycleHooks
    {
        public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return underlyingStream;
        }
    }
}
