namespace ActorMail.Storage.Files;

/// <summary>
/// What tells that a file was changed: size and mtime alone do not (mutt sets the time back), the inode and the time of
/// the last change of the inode do. Where a system has no inode numbers, <paramref name="Inode"/> is 0 and
/// <paramref name="ChangedNs"/> is the time of the file's creation.
/// </summary>
public readonly record struct FileStat(ulong Inode, long Size, long ModifiedNs, long ChangedNs)
{
    /// <summary>Whether both are of the same file, whatever it holds.</summary>
    public bool IsSameFile(FileStat other) =>
        Inode == other.Inode && (Inode != 0 || ChangedNs == other.ChangedNs);
}
