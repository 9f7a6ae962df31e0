using System.Text;

namespace ActorMail.Storage.Files;

/// <summary>
/// A folder whose files may have names of any octets, as those of old mail programs do. A name is written here as one
/// character an octet (Latin-1).
/// </summary>
internal sealed class RawFolder(string path)
{
    public IReadOnlyList<string> Names { get; } = OperatingSystem.IsLinux()
        ? [.. Posix.ReadFolder(Encoding.UTF8.GetBytes(path)).Select(Encoding.Latin1.GetString)]
        : [.. new DirectoryInfo(path).EnumerateFiles()
            .Select(file => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(file.Name)))];

    /// <summary>An ordinary file, to read; an <see cref="IOException"/> for everything else.</summary>
    public DiskFile Open(string name)
    {
        var octets = Encoding.Latin1.GetBytes(name);
        return OperatingSystem.IsLinux()
            ? new RealDiskFile(Posix.OpenToRead([.. Encoding.UTF8.GetBytes(path), (byte)'/', .. octets]))
            : RealDisk.Instance.Open(Path.Join(path, Encoding.UTF8.GetString(octets)), DiskAccess.Read);
    }
}
