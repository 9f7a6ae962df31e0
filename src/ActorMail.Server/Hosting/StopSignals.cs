using System.Runtime.InteropServices;

namespace ActorMail.Server.Hosting;

/// <summary>
/// Ctrl-C and SIGTERM: the first asks for a drained stop, the second ends the process at once, with the exit code of
/// that signal.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private const int ExitCodeOfSignals = 128;

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, signal: 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, signal: 15)),
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
