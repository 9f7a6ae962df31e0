using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Files;

/// <summary>
/// The calls that .NET lacks, or whose failure it hides: a flush that reports EIO, the flush of a folder, and a stat
/// with inode and nanoseconds. Interrupted calls (EINTR) are made again.
/// </summary>
internal static class Posix
{
    private const int Interrupted = 4;
    private const int NoSuchFile = 2;
    private const int NotDirectory = 20;
    private const int MacFullFlush = 51;
    private const int RemoveLock = 8;
    private const int TryAgain = 11;
    private const int AccessDenied = 13;
    private const int NameTaken = 17;
    private const int InvalidArgument = 22;
    private const int NoLocks = 37;
    private const int NotSupported = 95;
    private const int SetOpenFileLock = 37;
    private const short WriteLock = 1;
    private const short NoLock = 2;
    private const int StatxSize = 256;
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;
    private const int FormatMask = 0xf000;
    private const int OrdinaryFile = 0x8000;

    public static void Flush(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
        {
            Check(() => FlushData(file), "flush");
            return;
        }

        // macOS: only F_FULLFSYNC reaches the medium; file systems without it have fsync.
        if (Repeat(() => Control(file, MacFullFlush)) < 0)
            Check(() => FlushAll(file), "flush");
    }

    /// <summary>Takes back the lock that .NET puts on every file it opens, whatever FileShare says.</summary>
    public static void Unlock(SafeFileHandle file) => Check(() => Lock(file, RemoveLock), "unlock");

    /// <summary>
    /// The lock of an open file description: it conflicts with the fcntl locks of mail programs, and does not end when
    /// this process closes another handle of the same file.
    /// </summary>
    public static bool TryLock(SafeFileHandle file)
    {
        if (Repeat(() => SetLock(file, SetOpenFileLock, LockRange(WriteLock))) >= 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        // A file system without such locks has nobody who takes them.
        return error is InvalidArgument or NoLocks or NotSupported
            || (error is TryAgain or AccessDenied ? false : throw Failure("lock", error));
    }

    public static void ReleaseLock(SafeFileHandle file) =>
        _ = Repeat(() => SetLock(file, SetOpenFileLock, LockRange(NoLock)));

    /// <summary>
    /// Copies inside the kernel; gives how much was copied, less than asked where the file system cannot do it.
    /// </summary>
    public static long CopyRange(
        SafeFileHandle source, long sourceOffset, SafeFileHandle target, long targetOffset, long length)
    {
        var done = 0L;
        while (done < length)
        {
            var (from, to) = (sourceOffset + done, targetOffset + done);
            var count = CopyFileRange(source, ref from, target, ref to, (nint)(length - done), 0);
            if (count < 0 && Marshal.GetLastPInvokeError() == Interrupted)
                continue;
            if (count < 0 && RealDisk.IsFull(Marshal.GetLastPInvokeError()))
                throw Failure("copy", Marshal.GetLastPInvokeError());
            // Whatever else it is, reading and writing says it more clearly, or does it.
            if (count <= 0)
                break;
            done += count;
        }

        return done;
    }

    /// <summary>False if the name is taken.</summary>
    public static bool TryLink(string file, string path)
    {
        var (old, name) = (Terminated(file), Terminated(path));
        if (Repeat(() => Link(old, name)) >= 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NameTaken ? false : throw Failure("link", error);
    }

    public static void FlushFolder(string path)
    {
        var name = Terminated(path);
        var flags = OperatingSystem.IsMacOS() ? 0x100000 : FolderFlag();
        var descriptor = Check(() => OpenDescriptor(name, flags), "open the folder");
        using var folder = new SafeFileHandle(descriptor, ownsHandle: true);
        Check(() => FlushAll(folder), "flush the folder");
    }

    /// <summary>
    /// The names in a folder as the octets that they are: .NET cannot open a file whose name is no UTF-8.
    /// </summary>
    public static List<byte[]> ReadFolder(byte[] path)
    {
        const int LengthOffset = 16;
        const int NameOffset = 19;
        var folder = OpenFolder([.. path, 0]);
        if (folder == 0)
            throw Failure("read the folder", Marshal.GetLastPInvokeError());
        try
        {
            List<byte[]> names = [];
            while (ReadEntry(folder) is not 0 and var entry)
            {
                // struct dirent64: inode, offset, length of the entry, type, name with a zero behind it.
                var name = new byte[(ushort)Marshal.ReadInt16(entry, LengthOffset) - NameOffset];
                Marshal.Copy(entry + NameOffset, name, 0, name.Length);
                names.Add(name[..name.IndexOf((byte)0)]);
            }

            return names;
        }
        finally
        {
            _ = CloseFolder(folder);
        }
    }

    /// <summary>Opens an ordinary file whose name may be any octets; links are not followed.</summary>
    public static SafeFileHandle OpenToRead(byte[] path)
    {
        _ = Stat(path, "It is no ordinary file.") ?? throw new FileNotFoundException("The file is gone.");
        byte[] name = [.. path, 0];
        return new SafeFileHandle(Check(() => OpenDescriptor(name, NoFollowFlag()), "open a file"), ownsHandle: true);
    }

    public static FileStat? Stat(string path) => Stat(
        Encoding.UTF8.GetBytes(path), "A mailbox must be an ordinary file: no link, pipe or folder.");

    private static FileStat? Stat(byte[] path, string otherwise)
    {
        byte[] name = [.. path, 0];
        var answer = new byte[StatxSize];
        if (Repeat(() => Statx(CurrentFolder, name, NoFollow, BasicStats, answer)) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is NoSuchFile or NotDirectory ? null : throw Failure("stat", error);
        }

        return (BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(28)) & FormatMask) == OrdinaryFile
            ? Read(answer)
            : throw new IOException(otherwise);
    }

    public static FileStat Stat(SafeFileHandle file)
    {
        var answer = new byte[StatxSize];
        Check(() => StatxOf(file, [0], EmptyPath, BasicStats, answer), "stat");
        return Read(answer);
    }

    /// <summary>The layout of struct statx is the same on every architecture; numbers are in native order.</summary>
    private static FileStat Read(byte[] answer) => new(
        MemoryMarshal.Read<ulong>(answer.AsSpan(32)),
        MemoryMarshal.Read<long>(answer.AsSpan(40)),
        Nanoseconds(answer.AsSpan(112)),
        Nanoseconds(answer.AsSpan(96)));

    private static long Nanoseconds(ReadOnlySpan<byte> time) =>
        (MemoryMarshal.Read<long>(time) * 1_000_000_000) + MemoryMarshal.Read<uint>(time[8..]);

    // O_DIRECTORY has another value on ARM.
    private static int FolderFlag() =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x4000 : 0x10000;

    // O_NOFOLLOW, too.
    private static int NoFollowFlag() =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>
    /// struct flock of the 64-bit systems: type, whence, start, length (0: to the end), pid (must be 0).
    /// </summary>
    private static byte[] LockRange(short type)
    {
        var range = new byte[32];
        MemoryMarshal.Write(range, type);
        return range;
    }

    private static int Check(Func<int> call, string what)
    {
        var result = Repeat(call);
        return result >= 0 ? result : throw Failure(what, Marshal.GetLastPInvokeError());
    }

    private static int Repeat(Func<int> call)
    {
        int result;
        do
        {
            result = call();
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return result;
    }

    private static IOException Failure(string what, int error)
    {
        var text = $"The disk could not {what}: {Marshal.GetPInvokeErrorMessage(error)}.";
        return RealDisk.IsFull(error) ? new StoreFullException(text) : new IOException(text, error);
    }

    private static byte[] Terminated(string path) => [.. Encoding.UTF8.GetBytes(path), 0];

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FlushData(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FlushAll(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(SafeFileHandle file, int command);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Lock(SafeFileHandle file, int operation);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenDescriptor(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(byte[] file, byte[] name);

    [DllImport("libc", EntryPoint = "opendir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint OpenFolder(byte[] path);

    [DllImport("libc", EntryPoint = "readdir64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ReadEntry(nint folder);

    [DllImport("libc", EntryPoint = "closedir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseFolder(nint folder);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, [Out] byte[] answer);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatxOf(SafeFileHandle file, byte[] path, int flags, uint mask, [Out] byte[] answer);

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLock(SafeFileHandle file, int command, byte[] range);

    [DllImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint CopyFileRange(
        SafeFileHandle source, ref long sourceOffset, SafeFileHandle target, ref long targetOffset, nint length,
        uint flags);
}
