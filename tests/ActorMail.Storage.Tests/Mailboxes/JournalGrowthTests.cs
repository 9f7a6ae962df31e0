using ActorMail.Storage.Files;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>A journal that is filled fast becomes larger, if that takes no room from mail.</summary>
public sealed class JournalGrowthTests
{
    private const int AsMade = 8 * 1024;
    private const int AtMost = 16 * 1024;

    [Theory]
    [InlineData(1_000_000, AtMost)]
    [InlineData(AsMade - 1, AsMade)]
    public void Segments_grow_where_the_volume_keeps_its_reserve(long freeSpace, int largest)
    {
        var store = new SimulatedStore { Disk = { FreeSpace = new DiskSpace(freeSpace, 10_000_000) } };
        store.Clock.Advance(TimeSpan.FromSeconds(1));

        for (var i = 0; i < 12; i++)
        {
            store.Deliver(DataFolder.Mail(i));
            Assert.True(store.Checkpoint());
        }

        Assert.Equal(largest, store.Journal().Values.Max(octets => octets.Length));
    }
}
