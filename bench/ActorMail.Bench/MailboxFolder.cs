namespace ActorMail.Bench;

/// <summary>Counts the benchmark's mails in a folder of mailbox files, reading only what is new.</summary>
public sealed class MailboxFolder(string path)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, (long Read, int Mails)> _files = [];
    private readonly byte[] _buffer = new byte[1024 * 1024];

    public int Count()
    {
        if (!Directory.Exists(path))
            return 0;
        // A lock file beside a mailbox may be gone before it can be opened.
        var files = Directory.EnumerateFiles(path).Where(name => !name.EndsWith(".lock", StringComparison.Ordinal));
        foreach (var file in files)
            _files[file] = Count(file, _files.GetValueOrDefault(file));
        return _files.Values.Sum(file => file.Mails);
    }

    /// <summary>Ends when so many mails are there, and fails when they do not come.</summary>
    public async Task Reached(int mails)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (Count() < mails)
        {
            if (TimeProvider.System.GetElapsedTime(start) > s_patience)
                throw new InvalidDataException($"only {Count()} of {mails} mails are in {path}");
            await Task.Delay(s_pause);
        }
    }

    /// <summary>Whole marks only: a mark cut at the end of the block is read again with the next.</summary>
    private (long Read, int Mails) Count(string file, (long Read, int Mails) known)
    {
        var mark = "\nX-Bench-Id: "u8;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        while (stream.Length - known.Read >= mark.Length)
        {
            stream.Position = known.Read;
            var block = _buffer.AsSpan(0, stream.Read(_buffer));
            known = (known.Read + block.Length - (mark.Length - 1), known.Mails + block.Count(mark));
        }
        return known;
    }
}
