using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Tests.Files;

/// <summary>
/// What of a folder's files is only in the memory of the machine. After a power cut a file has the octets of its last
/// flush, or those of now, or some sectors of each, also zeros; names are those after any number of steps, in their
/// order, but not before what a flush of the folder made sure.
/// </summary>
internal sealed class VolatileDisk
{
    private const int Sector = 512;

    private readonly string _root;
    private readonly ConditionalWeakTable<SafeFileHandle, FileContent> _open = [];
    private readonly Dictionary<string, FileContent> _names = [];
    private readonly List<(string Folder, string Other, Action<Dictionary<string, FileContent>> Do)> _steps = [];
    private readonly HashSet<string> _folders = [];
    private int _sure;

    private VolatileDisk(string root) => _root = root;

    public static VolatileDisk Of(string root)
    {
        var disk = new VolatileDisk(root);
        foreach (var folder in Directory.GetDirectories(root, "*", SearchOption.AllDirectories))
            disk._folders.Add(folder);
        foreach (var path in Directory.GetFiles(root, "*", SearchOption.AllDirectories))
        {
            var content = new FileContent(path) { Now = [.. File.ReadAllBytes(path)] };
            content.Kept = [.. content.Now];
            disk._names[path] = content;
            disk.Took(path, path, names => names[path] = content);
        }

        disk._sure = disk._steps.Count;
        return disk;
    }

    public SafeFileHandle Opened(SafeFileHandle file, string path)
    {
        var octets = new byte[RandomAccess.GetLength(file)];
        RandomAccess.Read(file, octets, 0);
        if (!_names.TryGetValue(path, out var content) || !octets.AsSpan().SequenceEqual([.. content.Now]))
        {
            // Another program wrote it; that its octets are safe is that program's business.
            content = new FileContent(path) { Now = [.. octets], Kept = [.. octets] };
            _names[path] = content;
            Took(path, path, names => names[path] = content);
        }

        _open.Add(file, content);
        return file;
    }

    public SafeFileHandle Created(SafeFileHandle file, string path)
    {
        var content = new FileContent(path);
        _names[path] = content;
        Took(path, path, names => names[path] = content);
        return Opened(file, path);
    }

    public string PathOf(SafeFileHandle file) => Of(file).Path;

    public void Written(SafeFileHandle file, ReadOnlySpan<byte> octets, long offset)
    {
        var (content, end) = (Of(file), (int)offset + octets.Length);
        if (content.Now.Count < end)
            CollectionsMarshal.SetCount(content.Now, end);
        octets.CopyTo(CollectionsMarshal.AsSpan(content.Now)[(int)offset..]);
        foreach (var at in content.Lost.Keys.Where(at => at >= offset && at < end).ToList())
            content.Lost.Remove(at);
    }

    public void Truncated(SafeFileHandle file, long length)
    {
        var now = Of(file).Now;
        now.RemoveRange((int)length, now.Count - (int)length);
        foreach (var at in Of(file).Lost.Keys.Where(at => at >= length).ToList())
            Of(file).Lost.Remove(at);
    }

    public void Flushed(SafeFileHandle file)
    {
        var content = Of(file);
        // What a failed flush lost is clean in the memory of the machine: no later flush writes it.
        content.Kept = [.. content.Now];
        foreach (var (at, octet) in content.Lost.Where(lost => lost.Key < content.Kept.Count))
            content.Kept[at] = octet;
    }

    /// <summary>A flush failed: the octets that it should have kept are taken for kept from now on.</summary>
    public void Forgotten(SafeFileHandle file)
    {
        var content = Of(file);
        for (var at = 0; at < content.Now.Count; at++)
        {
            var kept = at < content.Kept.Count ? content.Kept[at] : (byte)0;
            if (content.Now[at] != kept)
                content.Lost[at] = kept;
        }
    }

    public void Renamed(string from, string to)
    {
        Move(_names);
        Took(from, to, Move);

        void Move(Dictionary<string, FileContent> names)
        {
            names.Remove(from, out var content);
            names[to] = content!;
            content!.Path = to;
        }
    }

    public void Deleted(string path)
    {
        _names.Remove(path);
        Took(path, path, names => names.Remove(path));
    }

    public void FolderCreated(string path) => _folders.Add(path);

    /// <summary>File systems with a journal keep the order: what came before is sure as well.</summary>
    public void FolderFlushed(string path)
    {
        for (var i = _steps.Count; i > _sure; i--)
        {
            if (_steps[i - 1].Folder == path || _steps[i - 1].Other == path)
            {
                _sure = i;
                return;
            }
        }
    }

    public void Leave(string into, Random random)
    {
        var names = new Dictionary<string, FileContent>();
        foreach (var step in _steps.Take(random.Next(_sure, _steps.Count + 1)))
            step.Do(names);
        foreach (var folder in _folders)
            Directory.CreateDirectory(Path.Join(into, Path.GetRelativePath(_root, folder)));
        foreach (var (path, content) in names)
            File.WriteAllBytes(Path.Join(into, Path.GetRelativePath(_root, path)), content.Left(random));
    }

    private void Took(string from, string to, Action<Dictionary<string, FileContent>> step) =>
        _steps.Add((Path.GetDirectoryName(from)!, Path.GetDirectoryName(to)!, step));

    private FileContent Of(SafeFileHandle file) =>
        _open.TryGetValue(file, out var content) ? content : throw new InvalidOperationException("Not opened here.");

    private sealed class FileContent(string path)
    {
        public string Path { get; set; } = path;

        public List<byte> Now { get; init; } = [];

        public List<byte> Kept { get; set; } = [];

        public Dictionary<int, byte> Lost { get; } = [];

        public byte[] Left(Random random) => random.Next(3) switch
        {
            0 => [.. Kept],
            1 when Lost.Count == 0 => [.. Now],
            _ => Mixed(random),
        };

        private byte[] Mixed(Random random)
        {
            var length = random.Next(2) == 0 ? Now.Count : random.Next(Math.Min(Now.Count, Kept.Count), Now.Count + 1);
            var left = new byte[length];
            for (var start = 0; start < length; start += Sector)
            {
                var source = random.Next(2) == 0 ? Now : Kept;
                for (var at = start; at < Math.Min(length, start + Sector); at++)
                    left[at] = Lost.TryGetValue(at, out var lost) ? lost : at < source.Count ? source[at] : (byte)0;
            }

            return left;
        }
    }
}
