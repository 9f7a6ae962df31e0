using System.Collections.Concurrent;
using System.Diagnostics;
using ActorMail.Storage.Files;

namespace ActorMail.Bench.Store;

/// <summary>
/// The floor: the same octets, written by one thread to a prewritten ring of files, as many at a time as wait; one
/// write, one flush. There is no mailbox, no checksum, and nothing is ever written a second time.
/// </summary>
internal sealed class GroupCommit : IDeliveries
{
    private const int Files = 4;
    private const int FileOctets = 64 * 1024 * 1024;

    private readonly BlockingCollection<Request> _queue = [];
    private readonly List<DiskFile> _ring = [];
    private readonly Thread _thread;
    private readonly byte[] _record;
    private readonly int _writers;

    public GroupCommit(string folder, int recordOctets, int writers)
    {
        (_record, _writers) = (new byte[recordOctets], writers);
        Random.Shared.NextBytes(_record);
        RealDisk.Instance.CreateFolder(folder);
        var zeros = new byte[1024 * 1024];
        for (var index = 0; index < Files; index++)
        {
            _ring.Add(RealDisk.Instance.Open(Path.Join(folder, $"floor{index}"), DiskAccess.CreateNew));
            for (var at = 0; at < FileOctets; at += zeros.Length)
                _ring[index].Write(zeros, at);
            _ring[index].Flush();
        }

        _thread = new Thread(WriteBatches) { IsBackground = true };
        _thread.Start();
    }

    public async Task<long> Run(TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, _writers).Select(_ => Task.Run(WriteUntilOver)));
        return counts.Sum();

        async Task<long> WriteUntilOver()
        {
            var count = 0L;
            for (; Stopwatch.GetElapsedTime(start) < time; count++)
            {
                var request = new Request(_record);
                _queue.Add(request);
                await request.Task;
            }

            return count;
        }
    }

    public ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _ring.ForEach(file => file.Dispose());
        _queue.Dispose();
        return ValueTask.CompletedTask;
    }

    private void WriteBatches()
    {
        var stage = new byte[_record.Length * _writers];
        List<Request> batch = [];
        var (file, at) = (0, 0);
        while (_queue.TryTake(out var first, Timeout.Infinite))
        {
            batch.Add(first);
            while (batch.Count < _writers && _queue.TryTake(out var next))
                batch.Add(next);
            var used = 0;
            foreach (var request in batch)
            {
                request.Octets.CopyTo(stage, used);
                used += request.Octets.Length;
            }

            if (at + used > FileOctets)
                (file, at) = ((file + 1) % Files, 0);
            _ring[file].Write(stage.AsSpan(0, used), at);
            _ring[file].Flush();
            at += used;
            batch.ForEach(request => request.SetResult());
            batch.Clear();
        }
    }

    private sealed class Request(byte[] octets)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public byte[] Octets { get; } = octets;
    }
}
