using System.Text;
using ActorMail.Storage.Files;
using ActorMail.Storage.Simulation;

namespace ActorMail.Storage.Tests.Simulation;

/// <summary>The simulated disk is as bad as real ones, and no worse.</summary>
public sealed class SimulatedDiskTests
{
    private const string Folder = "/f";
    private const string Path = "/f/x";

    [Fact]
    public void A_kill_loses_nothing_that_was_written()
    {
        var disk = Disk(1);
        using (var file = disk.Open(Path, DiskAccess.CreateNew))
            file.Write("abc"u8, 0);
        disk.Restart(wasPowerCut: false);
        Assert.Equal("abc"u8, disk.Contents(Path));
    }

    [Fact]
    public void What_was_flushed_with_its_name_outlives_every_power_cut()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var disk = Disk(seed);
            using (var file = disk.Open(Path, DiskAccess.CreateNew))
            {
                file.Write("abc"u8, 0);
                file.Flush();
                disk.FlushFolder(Folder);
                file.Write("def"u8, 3);
            }

            disk.Restart(wasPowerCut: true);
            Assert.StartsWith("abc", Encoding.Latin1.GetString(disk.Contents(Path)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_was_not_flushed_is_lost_whole_in_part_or_not_at_all()
    {
        HashSet<string> seen = [];
        var octets = Enumerable.Range(0, 1_200).Select(i => (byte)('a' + (i / 512))).ToArray();
        for (var seed = 0; seed < 300; seed++)
        {
            var disk = Disk(seed);
            using (var file = disk.Open(Path, DiskAccess.CreateNew))
            {
                file.Flush();
                disk.FlushFolder(Folder);
                file.Write(octets, 0);
            }

            disk.Restart(wasPowerCut: true);
            var now = disk.Contents(Path);
            var kind = now.Length == 0 ? "nothing" : now.SequenceEqual(octets) ? "all"
                : now.Contains((byte)0) ? "sectors are zero" : "a beginning";
            seen.Add(kind);
            for (var i = 0; i < now.Length; i++)
                Assert.True(now[i] == octets[i] || now[i] == 0);
        }

        Assert.Superset(new HashSet<string> { "nothing", "all", "sectors are zero" }, seen);
    }

    [Fact]
    public void A_name_that_was_not_flushed_may_be_gone_and_a_rename_undone()
    {
        HashSet<string> seen = [];
        for (var seed = 0; seed < 100; seed++)
        {
            var disk = Disk(seed);
            disk.Open(Path, DiskAccess.CreateNew).Dispose();
            disk.FlushFolder(Folder);
            disk.Rename(Path, "/f/y");
            disk.Restart(wasPowerCut: true);
            seen.Add(string.Join(',', disk.List(Folder)));
        }

        Assert.Equal(["x", "y"], seen.Order());
    }

    [Fact]
    public void A_flush_that_failed_may_have_lost_what_later_flushes_call_durable()
    {
        var lost = 0;
        for (var seed = 0; seed < 50; seed++)
        {
            var disk = Disk(seed);
            using (var file = disk.Open(Path, DiskAccess.CreateNew))
            {
                disk.FlushFolder(Folder);
                file.Write(new byte[] { 1, 2, 3 }, 0);
                disk.Faults.Flush = 1;
                Assert.Throws<IOException>(file.Flush);
                disk.Faults.Flush = 0;
                file.Flush();
                var cached = new byte[3];
                Assert.Equal(3, file.Read(cached, 0));
                Assert.Equal([1, 2, 3], cached);
            }

            disk.Restart(wasPowerCut: true);
            lost += disk.Contents(Path) is [1, 2, 3] ? 0 : 1;
        }

        Assert.InRange(lost, 1, 49);
    }

    [Fact]
    public void A_full_disk_takes_a_part_of_a_write_and_says_so()
    {
        var disk = Disk(1);
        using var file = disk.Open(Path, DiskAccess.CreateNew);
        file.Write("abc"u8, 0);
        disk.Faults.IsFull = true;
        Assert.Throws<StoreFullException>(() => file.Write(new byte[1_000], 3));
        Assert.InRange(file.Stat().Size, 3, 1_002);
        file.Write("xyz"u8, 0);
        Assert.Equal(0, disk.Space(Folder).Free);
        Assert.Throws<StoreFullException>(() => disk.Open("/f/z", DiskAccess.CreateNew));
    }

    [Fact]
    public void A_machine_that_stops_in_the_middle_of_a_write_has_done_a_part_of_it_and_nothing_more_happens()
    {
        HashSet<int> lengths = [];
        for (var seed = 0; seed < 30; seed++)
        {
            var disk = Disk(seed);
            var file = disk.Open(Path, DiskAccess.CreateNew);
            disk.CrashAt = disk.Operations;
            Assert.Throws<MachineDownException>(() => file.Write(new byte[100], 0));
            Assert.Throws<MachineDownException>(() => disk.Stat(Path));
            disk.Restart(wasPowerCut: false);
            Assert.Throws<MachineDownException>(() => file.Stat());
            lengths.Add((int)disk.Stat(Path)!.Value.Size);
        }

        Assert.InRange(lengths.Count, 5, 30);
    }

    private static SimulatedDisk Disk(int seed)
    {
        var disk = new SimulatedDisk(new Random(seed));
        disk.CreateFolder(Folder);
        disk.FlushFolder("/");
        return disk;
    }
}
