using System.Globalization;
using System.Text;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>
/// Reads a Maildir: the files of <c>cur</c> and <c>new</c>, oldest first as their names have it, with the flags of
/// their names and the time of the file. What is in <c>tmp</c> is not delivered yet, and folders in it are mailboxes of
/// their own.
/// </summary>
public sealed class MaildirReader : MessageSource
{
    private readonly List<(RawFolder Folder, string Part, string Name)> _files = [];
    private int _next;

    public MaildirReader(string path)
    {
        foreach (var part in new[] { "cur", "new" })
        {
            var folder = new RawFolder(Path.Join(path, part));
            _files.AddRange(folder.Names.Where(name => !name.StartsWith('.')).Select(name => (folder, part, name)));
        }

        _files.Sort((one, other) => (SecondsOf(one.Name), one.Name).CompareTo((SecondsOf(other.Name), other.Name)));
    }

    public override long Position => _next;

    public override long? Length => _files.Count;

    internal override bool HasForeignFields => false;

    public static bool IsOne(string path) =>
        Directory.Exists(Path.Join(path, "cur")) && Directory.Exists(Path.Join(path, "new"));

    internal override SourceMessage? Read(Func<MessageImage> begin)
    {
        if (_next == _files.Count)
            return null;
        var (folder, part, fileName) = _files[_next++];
        var (name, image) = ($"{part}/{Shown(fileName)}", begin());
        try
        {
            using var file = folder.Open(fileName);
            var isVerbatim = VerbatimLines.Has(Feed(file));
            var feed = Feed(file);
            while (feed.MoveNext())
                image.Add(feed.Piece, feed.Begins, isVerbatim ? feed.LineEnd : feed.Ends ? "\n"u8 : []);
            var at = DateTimeOffset.FromUnixTimeMilliseconds(file.Stat().ModifiedNs / 1_000_000);
            return new SourceMessage(image, name, SenderOf(image), at, MaildirFlags.Of(fileName));
        }
        catch (IOException fault) when (fault is not StoreFullException)
        {
            return new SourceMessage(image, name, "", null, MessageMarks.None, fault.Message);
        }
    }

    private static LineFeed Feed(DiskFile file)
    {
        var position = 0L;
        return new LineFeed(octets =>
        {
            var count = file.Read(octets, position);
            position += count;
            return count;
        });
    }

    private static string SenderOf(MessageImage image) =>
        image["Return-Path"] is { } path ? path.TrimStart('<').TrimEnd('>') : "";

    /// <summary>The name as most likely meant.</summary>
    private static string Shown(string name)
    {
        var octets = Encoding.Latin1.GetBytes(name);
        return System.Text.Unicode.Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : name;
    }

    /// <summary>The names of a Maildir begin with the time of delivery.</summary>
    private static long SecondsOf(string name)
    {
        var end = name.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? name : name[..end];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
    }
}
