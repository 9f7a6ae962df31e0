using System.Runtime.InteropServices;
using System.Text;
using ActorMail.Storage.Files;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Files;

public sealed class RealDiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actormail-").FullName;

    private static RealDisk Disk => RealDisk.Instance;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_stat_tells_a_change_that_keeps_the_size_and_sets_the_time_back()
    {
        var path = Path.Join(_folder, "x");
        File.WriteAllText(path, "one");
        var time = File.GetLastWriteTimeUtc(path);
        var before = Disk.Stat(path);
        File.WriteAllText(path, "two");
        File.SetLastWriteTimeUtc(path, time);
        Assert.NotEqual(before, Disk.Stat(path));
        Assert.Equal(before?.Size, Disk.Stat(path)?.Size);
    }

    [Fact]
    public void A_stat_by_name_and_one_by_handle_say_the_same()
    {
        var path = Path.Join(_folder, "x");
        using var file = Disk.Open(path, DiskAccess.CreateNew);
        file.Write("octets"u8, 0);
        Assert.Equal(Disk.Stat(path), file.Stat());
        Assert.Equal(6, file.Stat().Size);
        Assert.Null(Disk.Stat(path + "y"));
        Assert.Null(Disk.Stat(Path.Join(path, "y")));
    }

    [Fact]
    public void A_second_name_is_the_same_file_and_a_name_that_is_taken_is_left_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        var (file, name) = (Path.Join(_folder, "x"), Path.Join(_folder, "y"));
        File.WriteAllText(file, "one");

        Assert.True(Disk.TryLink(file, name));
        Assert.False(Disk.TryLink(file, name));
        Assert.Equal(Disk.Stat(file), Disk.Stat(name));
        Disk.Delete(name);

        Assert.Equal("one", File.ReadAllText(file));
        Assert.Throws<IOException>(() => Disk.TryLink(Path.Join(_folder, "nothing"), name));
        Assert.Throws<IOException>(() => Disk.TryLink(file, Path.Join(_folder, "no", "folder")));
    }

    [Fact]
    public void A_read_gives_all_there_is()
    {
        using var file = Disk.Open(Path.Join(_folder, "x"), DiskAccess.CreateNew);
        file.Write("octets"u8, 0);
        var buffer = new byte[10];
        Assert.Equal(4, file.Read(buffer, 2));
        Assert.Equal("tets", Encoding.Latin1.GetString(buffer, 0, 4));
    }

    [Fact]
    [Requirement("K1", "K2", "D4")]
    public void A_flush_of_what_cannot_be_flushed_fails()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var file = Disk.Open("/dev/null", DiskAccess.ReadWrite);
        Assert.Throws<IOException>(() => file.Flush());
        Assert.Throws<IOException>(() => Disk.FlushFolder(Path.Join(_folder, "nothing")));
        Disk.FlushFolder(_folder);
    }

    [Fact]
    [Requirement("D5")]
    public void A_full_disk_has_an_exception_of_its_own()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var file = Disk.Open("/dev/full", DiskAccess.ReadWrite);
        Assert.Throws<StoreFullException>(() => file.Write("x"u8, 0));
    }

    [Fact]
    public void A_right_that_is_missing_is_a_failure_of_the_disk() =>
        Assert.Throws<IOException>(() => Disk.Open(_folder, DiskAccess.ReadWrite));

    [Fact]
    public void Other_programs_may_lock_a_file_that_is_open_here()
    {
        var path = Path.Join(_folder, "x");
        using var file = Disk.Open(path, DiskAccess.CreateNew);
        using var other = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(other.CanWrite);
    }

    [Fact]
    [Requirement("O1")]
    public void Files_and_folders_are_the_owners_alone_whatever_the_umask()
    {
        if (OperatingSystem.IsWindows())
            return;
        var (file, folder) = (Path.Join(_folder, "file"), Path.Join(_folder, "folder"));
        var umask = Umask(0);
        try
        {
            Disk.Open(file, DiskAccess.CreateNew).Dispose();
            Disk.CreateFolder(folder);
        }
        finally
        {
            _ = Umask(umask);
        }

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner, File.GetUnixFileMode(file));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint Umask(uint mask);
}
