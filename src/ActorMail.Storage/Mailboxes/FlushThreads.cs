using System.Runtime.ExceptionServices;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Threads that wait for the disk, as many at a time as it can use. They are not those of the thread pool: a pool of
/// a few threads that all wait for the disk would hold up every session and actor.
/// </summary>
internal static class FlushThreads
{
    /// <summary>Does it for each; when this returns, all are done.</summary>
    public static void ForEach<T>(IReadOnlyCollection<T> items, int threads, Action<T> action)
    {
        var count = Math.Min(threads, items.Count);
        if (count <= 1)
        {
            foreach (var item in items)
                action(item);
            return;
        }

        var (all, next) = (items.ToArray(), -1);
        try
        {
            Task.WaitAll([.. Enumerable.Range(0, count).Select(_ => Task.Factory.StartNew(
                Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }

        void Work()
        {
            for (var at = Interlocked.Increment(ref next); at < all.Length; at = Interlocked.Increment(ref next))
                action(all[at]);
        }
    }
}
