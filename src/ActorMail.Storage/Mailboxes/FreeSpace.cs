using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// Whether there is room for mail beside the reserve of the volume. The system is asked once a second; what was
/// promised since is taken off.
/// </summary>
internal sealed class FreeSpace(StoreContext store)
{
    private const long Gibibyte = 1024L * 1024 * 1024;
    private static readonly TimeSpan IsKnownFor = TimeSpan.FromSeconds(1);

    private Reading? _reading;

    public bool Has(long octets)
    {
        var reading = Volatile.Read(ref _reading);
        if (reading is null || store.Time.GetElapsedTime(reading.Timestamp) >= IsKnownFor)
        {
            reading = new Reading(store.Time.GetTimestamp(), store.Disk.Space(store.Root));
            Volatile.Write(ref _reading, reading);
        }

        var reserve = store.Options.MinFreeSpace ?? Math.Min(Gibibyte, reading.Space.Total / 20);
        if (reading.Space.Free - Interlocked.Read(ref reading.Promised) - octets < reserve)
            return false;
        Interlocked.Add(ref reading.Promised, octets);
        return true;
    }

    private sealed class Reading(long timestamp, DiskSpace space)
    {
        public long Promised;

        public long Timestamp => timestamp;

        public DiskSpace Space => space;
    }
}
