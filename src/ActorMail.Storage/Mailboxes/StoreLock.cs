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

    private readonly FileStream _file;
    private readonly string _holderPath;
    private readonly string _self;

    private StoreLock(FileStream file, string holderPath, string self) =>
        (_file, _holderPath, _self) = (file, holderPath, self);

    /// <summary>When the server before this one was started, if it did not end in good order.</summary>
    public DateTime? UncleanSince { get; private init; }

    public static StoreLock Take(string root, TimeProvider time)
    {
        var (path, holder) = (Path.Join(root, "store.lock"), Path.Join(root, "store.holder"));
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure.HResult is WouldBlock or MacWouldBlock or SharingViolation)
        {
            var text = File.Exists(holder) ? File.ReadAllText(holder, Encoding.UTF8).Trim() : "";
            throw new StoreInUseException($"Another server uses the data folder {root}: {text}", failure)
            {
                Holder = text,
            };
        }

        Protect(file.SafeFileHandle);
        DateTime? uncleanSince = File.Exists(holder) ? File.GetLastWriteTimeUtc(holder) : null;
        var started = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        var taken = new StoreLock(file, holder, $"process {Environment.ProcessId}, started {started}")
        {
            UncleanSince = uncleanSince,
        };
        taken.Describe("");
        return taken;
    }

    public void Describe(string text)
    {
        using var file = new FileStream(_holderPath, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        Protect(file.SafeFileHandle);
        file.Write(Encoding.UTF8.GetBytes(text.Length == 0 ? _self + "\n" : $"{_self}, {text}\n"));
    }

    /// <summary>The note of the holder goes with him; one that is found tells of a server that was killed.</summary>
    public void Dispose()
    {
        File.Delete(_holderPath);
        _file.Dispose();
    }

    private static void Protect(SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, OwnerFile);
    }
}
