using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Files;

/// <summary>
/// What the store asks of a disk, one small step at a time. Whatever goes wrong is an <see cref="IOException"/>, a full
/// disk a <see cref="StoreFullException"/>; a write or flush that returns has happened in full.
/// </summary>
public interface IDisk
{
    /// <summary>How this machine makes files durable, in plain words for the start of the server.</summary>
    string DurabilityNote { get; }

    /// <summary>Another number after each start of the machine; 0 where there is none.</summary>
    ulong BootId { get; }

    /// <summary>When the machine was started, in seconds since 1970; 0 where that is not known.</summary>
    long BootedAt { get; }

    SafeFileHandle Open(string path, DiskAccess access);

    /// <summary>Octets read: fewer than asked only at the end of the file.</summary>
    int Read(SafeFileHandle file, Span<byte> octets, long offset);

    void Write(SafeFileHandle file, ReadOnlySpan<byte> octets, long offset);

    /// <summary>Puts a file's octets and length on stable storage. After a failure do not trust the file.</summary>
    void Flush(SafeFileHandle file);

    void Truncate(SafeFileHandle file, long length);

    /// <summary>Takes the place of <paramref name="to"/> in one step.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file if it is there.</summary>
    void Delete(string path);

    /// <summary>For the server's user alone (0700), whatever the umask; an existing folder is as good.</summary>
    void CreateFolder(string path);

    /// <summary>Puts the names in a folder on stable storage.</summary>
    void FlushFolder(string path);

    /// <summary>The names of the files in a folder; none if there is no such folder.</summary>
    IReadOnlyList<string> List(string path);

    /// <summary>Null if nothing has this name. A link, a pipe or a folder is an <see cref="IOException"/>.</summary>
    FileStat? Stat(string path);

    FileStat Stat(SafeFileHandle file);

    DiskSpace Space(string path);
}
