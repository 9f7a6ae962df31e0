using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// One server a data folder. The lock file is held open with FileShare.None, which ends with the process however that
/// ends; who holds it stands beside it, in a file that can be read meanwhile.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int WouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    private const int MaxAttempts = 100;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(10);

    private readonly FileStream _file;
    private readonly string _holderPath;
    private readonly string _self;

    private StoreLock(FileStream file, string holderPath, string self) =>
        (_file, _holderPath, _self) = (file, holderPath, self);

    public static StoreLock Take(string root, TimeProvider time)
    {
        FileStream? file = null;
        for (var attempt = 1; file is null; attempt++)
        {
            try
            {
                file = new FileStream(
                    PathIn(root), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException failure) when (IsHeld(failure))
            {
                // Who only looks whether the folder is in use is in the way for a moment, and is no holder.
                if (attempt < MaxAttempts && HolderOf(root) is null)
                {
                    Pause();
                    continue;
                }

                var text = ReadHolder(root);
                throw new StoreInUseException($"Another server uses the data folder {root}: {text}", failure)
                {
                    Holder = text,
                };
            }
        }

        Protect(file.SafeFileHandle);
        var started = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        var taken = new StoreLock(file, HolderPathIn(root), $"process {Environment.ProcessId}, started {started}");
        taken.Describe("");
        return taken;
    }

    /// <summary>
    /// What others are told of the holder. The lock holds without it, so a full disk is in nobody's way.
    /// </summary>
    public void Describe(string text) => Try(() =>
    {
        using var file = new FileStream(_holderPath, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        Protect(file.SafeFileHandle);
        file.Write(Encoding.UTF8.GetBytes(text.Length == 0 ? _self + "\n" : $"{_self}, {text}\n"));
    });

    public void Dispose()
    {
        Try(() => File.Delete(_holderPath));
        _file.Dispose();
    }

    /// <summary>What the holder of a data folder says about itself; null if nobody holds it. Takes nothing.</summary>
    public static string? HolderOf(string root)
    {
        try
        {
            // A shared lock, which others who look may have at the same time.
            using var file = new FileStream(PathIn(root), FileMode.Open, FileAccess.Read, FileShare.Read);
            return null;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (IOException failure) when (IsHeld(failure))
        {
            return ReadHolder(root);
        }
    }

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Others then hear that the folder is in use, and not by whom.
            return;
        }
    }

    private static void Pause()
    {
        using var nothing = new ManualResetEvent(initialState: false);
        nothing.WaitOne(RetryAfter);
    }

    private static string PathIn(string root) => Path.Join(root, "store.lock");

    private static string HolderPathIn(string root) => Path.Join(root, "store.holder");

    private static bool IsHeld(IOException failure) =>
        failure.HResult is WouldBlock or MacWouldBlock or SharingViolation;

    private static string ReadHolder(string root)
    {
        try
        {
            return File.ReadAllText(HolderPathIn(root), Encoding.UTF8).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is just being written, or just gone, or there was no room for it.
            return "";
        }
    }

    private static void Protect(SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, OwnerFile);
    }
}
