namespace ActorMail.Actors.Tests;

/// <summary>Holds flushes up until it is opened, and lets others fail.</summary>
internal sealed class Gate : IDisposable
{
    private readonly ManualResetEventSlim _reached = new();
    private readonly ManualResetEventSlim _open = new();
    private volatile string? _failing;

    /// <param name="disk">The disk.</param>
    /// <param name="isHeld">Says of a path whether its flushes are held up.</param>
    public Gate(SharedDisk disk, Func<string, bool> isHeld) => disk.BeforeFlush = path =>
    {
        if (isHeld(path))
        {
            _reached.Set();
            _open.Wait();
        }
        else if (_failing is { } failing && path.Contains(failing, StringComparison.Ordinal))
        {
            _failing = null;
            throw Failure;
        }
    };

    public Exception Failure { private get; init; } = new IOException("Input/output error.");

    /// <summary>The next flush of something in this folder fails.</summary>
    public void FailNext(string folder) => _failing = folder;

    public void AwaitReached() => Assert.True(_reached.Wait(TimeSpan.FromSeconds(10)));

    public void Open() => _open.Set();

    public void Dispose() => _open.Set();
}
