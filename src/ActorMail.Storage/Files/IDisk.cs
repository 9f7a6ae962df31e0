namespace ActorMail.Storage.Files;

/// <summary>
/// What the store asks of a disk, one small step at a time. Whatever goes wrong is an <see cref="IOException"/>, a full
/// disk a <see cref="StoreFullException"/>. May be used by any thread.
/// </summary>
public interface IDisk
{
    /// <summary>How this machine makes files durable, in plain words for the start of the server.</summary>
    string DurabilityNote { get; }

    DiskFile Open(string path, DiskAccess access);

    /// <summary>Makes a small file that is a lock to those who agree on its name; false if the name is taken.</summary>
    bool TryCreate(string path, ReadOnlySpan<byte> content);

    /// <summary>
    /// Gives a file another name; false if the name is taken. Where the file system has no such names, or the two are
    /// not on one file system, it is an <see cref="IOException"/>.
    /// </summary>
    bool TryLink(string file, string path) => throw new IOException("Files have one name here.");

    /// <summary>Takes the place of <paramref name="to"/> in one step.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file if it is there.</summary>
    void Delete(string path);

    /// <summary>For the server's user alone (0700), whatever the umask; an existing folder is as good.</summary>
    void CreateFolder(string path);

    /// <summary>Removes a folder that holds nothing, if it is there.</summary>
    void DeleteFolder(string path);

    /// <summary>Puts the names in a folder on stable storage.</summary>
    void FlushFolder(string path);

    /// <summary>The names of the files in a folder; none if there is no such folder.</summary>
    IReadOnlyList<string> List(string path);

    /// <summary>The names of the folders in a folder; none if there is no such folder.</summary>
    IReadOnlyList<string> ListFolders(string path);

    /// <summary>Null if nothing has this name. A link, a pipe or a folder is an <see cref="IOException"/>.</summary>
    FileStat? Stat(string path);

    DiskSpace Space(string path);
}
