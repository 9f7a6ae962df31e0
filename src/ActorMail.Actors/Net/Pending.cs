using System.Runtime.CompilerServices;

namespace ActorMail.Actors.Net;

/// <summary>
/// An operation under way. Its result may be taken when it was there at once, or when its call-back has run, and not
/// when its awaiter merely says that it is complete: until the call-back runs, the completing thread still works on
/// the source, which taking the result would give to the next operation. That ends the process.
/// </summary>
internal sealed class Pending
{
    private readonly Action _complete;
    private Action? _callBack;
    private volatile bool _isDone;

    public Pending() => _complete = Complete;

    /// <summary>True once the result may be taken.</summary>
    public bool IsDone => _isDone;

    /// <summary>Waits for an operation that nobody waits for yet.</summary>
    public void Await<T>(ValueTaskAwaiter<T> awaiter, Action callBack)
    {
        _callBack = callBack;
        _isDone = awaiter.IsCompleted;
        if (!_isDone)
            awaiter.UnsafeOnCompleted(_complete);
    }

    private void Complete()
    {
        // Whoever is called back looks at once.
        _isDone = true;
        _callBack!();
    }
}
