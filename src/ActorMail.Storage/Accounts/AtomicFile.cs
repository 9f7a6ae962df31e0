using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using ActorMail.Storage.Files;
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
        var (disk, temporary) = (RealDisk.Instance, path + ".new");
        disk.Delete(temporary);
        try
        {
            using (var file = disk.Open(temporary, DiskAccess.CreateNew))
            {
                file.Write(content, offset: 0);
                file.Flush();
            }

            disk.Rename(temporary, path);
        }
        catch
        {
            disk.Delete(temporary);
            throw;
        }

        disk.FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// Waits until nobody else holds the lock, which ends with its holder. On Windows it does not wait: there an
    /// <see cref="IOException"/> says that somebody holds it.
    /// </summary>
    public static IDisposable Lock(string path)
    {
        if (OperatingSystem.IsWindows())
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

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

    private static byte[] Terminated(string path) => [.. Encoding.UTF8.GetBytes(path), 0];

    private static IOException Failed(string verb, string path) =>
        new($"Could not {verb} {path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static extern int Flock(SafeFileHandle file, int operation);

    [DllImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static extern int Create(byte[] path, uint mode);
}
