using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Accounts;

/// <summary>What tells a file from the one that was read before, without reading it.</summary>
internal readonly record struct FileStamp(long Length, DateTime Written, DateTime Created)
{
    /// <summary>A file put in the place of another may have its length and time of writing, but is younger.</summary>
    public static FileStamp Of(SafeFileHandle file) =>
        new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file), File.GetCreationTimeUtc(file));
}
