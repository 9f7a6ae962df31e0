using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Files;

/// <summary>This machine's disk. Linux is the production system; macOS and Windows have what .NET offers.</summary>
public sealed class RealDisk : IDisk
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    private RealDisk()
    {
    }

    public static RealDisk Instance { get; } = new();

    public string DurabilityNote { get; } =
        OperatingSystem.IsLinux() ? "Mail is flushed with fdatasync before it is acknowledged."
        : OperatingSystem.IsMacOS() ? "Mail is flushed with F_FULLFSYNC before it is acknowledged."
        : "Mail is flushed by .NET before it is acknowledged; new file names are left to the file system.";

    public DiskFile Open(string path, DiskAccess access) => Translated(() =>
    {
        var file = File.OpenHandle(
            path,
            access == DiskAccess.CreateNew ? FileMode.CreateNew : FileMode.Open,
            access == DiskAccess.Read ? FileAccess.Read : FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete);
        if (OperatingSystem.IsWindows())
            return new RealDiskFile(file);
        // Other programs lock mailbox files with flock as well, and would wait as long as ours is open.
        Posix.Unlock(file);
        if (access == DiskAccess.CreateNew)
            File.SetUnixFileMode(file, OwnerFile);
        return new RealDiskFile(file);
    });

    public bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        DiskFile file;
        try
        {
            file = Open(path, DiskAccess.CreateNew);
        }
        catch (IOException failure) when (failure is not StoreFullException && File.Exists(path))
        {
            return false;
        }

        using (file)
        {
            try
            {
                file.Write(content, 0);
                return true;
            }
            catch
            {
                // Without its content nobody would know whose it is, and it would lock for ever.
                Delete(path);
                throw;
            }
        }
    }

    public bool TryLink(string file, string path) => OperatingSystem.IsWindows()
        ? throw new IOException("Names are left to Windows.")
        : Posix.TryLink(file, path);

    public void Rename(string from, string to) => Translated(() =>
    {
        File.Move(from, to, overwrite: true);
        return true;
    });

    public void Delete(string path) => Translated(() =>
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }

        return true;
    });

    public void CreateFolder(string path) => Translated(() =>
    {
        if (Directory.Exists(path))
            return false;
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnerFolder);
        return true;
    });

    public void DeleteFolder(string path) => Translated(() =>
    {
        if (!Directory.Exists(path))
            return false;
        Directory.Delete(path);
        return true;
    });

    public void FlushFolder(string path)
    {
        if (!OperatingSystem.IsWindows())
            Posix.FlushFolder(path);
    }

    public IReadOnlyList<string> List(string path) => Translated<IReadOnlyList<string>>(() =>
        Directory.Exists(path) ? [.. new DirectoryInfo(path).EnumerateFiles().Select(file => file.Name)] : []);

    public IReadOnlyList<string> ListFolders(string path) => Translated<IReadOnlyList<string>>(() =>
        Directory.Exists(path) ? [.. new DirectoryInfo(path).EnumerateDirectories().Select(it => it.Name)] : []);

    public FileStat? Stat(string path)
    {
        if (OperatingSystem.IsLinux())
            return Posix.Stat(path);
        var file = new FileInfo(path);
        if (!file.Exists)
            return null;
        return file.LinkTarget is null
            ? new FileStat(0, file.Length, Nanoseconds(file.LastWriteTimeUtc), Nanoseconds(file.CreationTimeUtc))
            : throw new IOException("A mailbox must be an ordinary file: no link, pipe or folder.");
    }

    public DiskSpace Space(string path) => Translated(() =>
    {
        var folder = Path.GetFullPath(path);
        var volume = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder) ?? folder : folder);
        return new DiskSpace(volume.AvailableFreeSpace, volume.TotalSize);
    });

    /// <summary>ENOSPC, EFBIG, EDQUOT (Linux, macOS); ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.</summary>
    internal static bool IsFull(int error) =>
        OperatingSystem.IsWindows()
            ? error is unchecked((int)0x80070070) or unchecked((int)0x80070027)
            : error is 27 or 28 || error == (OperatingSystem.IsMacOS() ? 69 : 122);

    internal static FileStat Stat(SafeFileHandle file) => OperatingSystem.IsLinux()
        ? Posix.Stat(file)
        : new FileStat(
            0,
            RandomAccess.GetLength(file),
            Nanoseconds(File.GetLastWriteTimeUtc(file)),
            Nanoseconds(File.GetCreationTimeUtc(file)));

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>A right that is missing is, to the store, a disk that does not do what it should.</summary>
    internal static T Translated<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException(failure.Message, failure);
        }
        catch (IOException failure) when (failure is not StoreFullException && IsFull(failure.HResult))
        {
            throw new StoreFullException("There is no room on the disk.", failure);
        }
    }
}
