using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Accounts;

/// <summary>
/// Replaces a small file as a whole, durably, readable by its owner only: after a crash either the old one is there or
/// the new one.
/// </summary>
internal static class AtomicFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Interrupted = 4;
    private const int LockExclusively = 2;

    /// <summary>The caller holds the lock of the file, so that nobody else uses the temporary name.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        try
        {
            Write(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// Waits until nobody else holds the lock, which ends with its holder. On Windows it does not wait: there an
    /// <see cref="IOException"/> says that somebody holds it.
    /// </summary>
    public static IDisposable Lock(string path)
    {
        if (OperatingSystem.IsWindows())
            return Open(path, FileMode.OpenOrCreate, FileShare.None);

        // The runtime's own way to open a file takes a lock as well, and fails instead of waiting for it.
        var handle = new SafeFileHandle(Create(Terminated(path), (uint)OwnerOnly), ownsHandle: true);
        while (handle.IsInvalid || Flock(handle, LockExclusively) != 0)
        {
            if (!handle.IsInvalid && Marshal.GetLastPInvokeError() == Interrupted)
                continue;

            var problem = Failed("lock", path);
            handle.Dispose();
            throw problem;
        }

        return handle;
    }

    private static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
            BufferSize = 0,
            Options = OperatingSystem.IsWindows() ? FileOptions.WriteThrough : FileOptions.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var stream = Open(path, FileMode.CreateNew, FileShare.None);
        stream.Write(content);
        // The runtime's own flush reports no failure on Linux.
        if (!OperatingSystem.IsWindows() && Fsync(stream.SafeFileHandle) != 0)
            throw Failed("write", path);
    }

    /// <summary>A name in a folder is durable when the folder is. Windows keeps its own journal of names.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;

        using var handle = new SafeFileHandle(OpenFolder(Terminated(folder), flags: 0), ownsHandle: true);
        if (handle.IsInvalid || Fsync(handle) != 0)
            throw Failed("write", folder);
    }

    private static byte[] Terminated(string path) => [.. Encoding.UTF8.GetBytes(path), 0];

    private static IOException Failed(string verb, string path) =>
        new($"Could not {verb} {path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Fsync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static extern int Flock(SafeFileHandle file, int operation);

    [DllImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static extern int Create(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int OpenFolder(byte[] path, int flags);
}
