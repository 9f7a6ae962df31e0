using System.Runtime.InteropServices;

namespace ActorMail.Server.Hosting;

/// <summary>
/// Ctrl-C and SIGTERM: the first asks for a drained stop, the second ends the process at once, with the exit code of
/// that signal. A file that is too large does not end it.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private const int ExitCodeOfSignals = 128;

    /// <summary>A file has grown to RLIMIT_FSIZE (25 on Linux and macOS): the write fails, and says so.</summary>
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, signal: 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, signal: 15)),
        .. OperatingSystem.IsWindows()
            ? []
            : new[] { PosixSignalRegistration.Create(FileTooLarge, context => context.Cancel = true) },
    ];

    /// <summary>Completes with the first signal.</summary>
    public Task Asked => _asked.Task;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Stop(PosixSignalContext context, int signal)
    {
        context.Cancel = true;
        if (!_asked.TrySetResult())
            Environment.Exit(ExitCodeOfSignals + signal);
    }
}
