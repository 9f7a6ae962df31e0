using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using ActorMail.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Addresses;

/// <summary>
/// The table of aliases in a text file, and the address book that it makes together with the settings. A table that
/// cannot be read or understood changes nothing. Not for several threads at a time; the book is.
/// </summary>
public sealed class AliasFile
{
    /// <summary>Some 200,000 aliases.</summary>
    private const int MaxLength = 16 * 1024 * 1024;

    /// <summary>Clocks of file systems tick this coarsely: younger files may change and look the same.</summary>
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(100);

    /// <summary>A table without a last line end counts as complete once nothing has come for so long.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(1);

    /// <summary>Longer than any editor takes between removing a file and making it anew.</summary>
    private static readonly TimeSpan GoneForGoodAfter = TimeSpan.FromSeconds(5);

    private readonly AddressOptions _options;
    private readonly TimeProvider _time;
    private FileStat? _stat;
    private bool _wasThere;
    private long? _goneSince;

    public AliasFile(AddressOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        (Book, Faults) = AddressBook.Make(options, []);
    }

    /// <summary>That of the last table that was sound; of the settings alone before there is one.</summary>
    public AddressBook Book { get; private set; }

    /// <summary>What is wrong with the table as it is now, in the order of its lines.</summary>
    public ImmutableArray<AliasFault> Faults { get; private set; }

    /// <summary>
    /// Somebody is writing the table: whoever is not in the one of before may be in the one to come.
    /// </summary>
    public bool IsSettling { get; private set; }

    /// <summary>
    /// Reads the table again if it has changed. False with the first of its faults, if it cannot be read or understood.
    /// </summary>
    public bool TryRefresh(out string? fault)
    {
        if (_options.AliasFile is { } path)
            Refresh(path);
        fault = Faults.IsEmpty ? null
            : Faults.Length == 1 ? $"{_options.AliasFile}: {Faults[0]}"
            : FormattableString.Invariant($"{_options.AliasFile}: {Faults[0]} (and {Faults.Length - 1} more)");
        return fault is null;
    }

    private void Refresh(string path)
    {
        if (_options.IsAliasFileOptional && !_wasThere && !File.Exists(path))
            return;

        try
        {
            using var file = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var stat = RealDisk.Stat(file);
            var age = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch.AddTicks(
                stat.ModifiedNs / TimeSpan.NanosecondsPerTick)).Duration();
            IsSettling = stat != _stat && _wasThere && age < SettlingTime && !EndsLine(file, stat.Size);
            if (stat != _stat && !IsSettling)
                Load(file);
            _stat = age > ClockTick && !IsSettling ? stat : null;
            (_wasThere, _goneSince) = (true, null);
        }
        catch (FileNotFoundException gone) when (_options.IsAliasFileOptional)
        {
            Miss(gone.Message);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            (_stat, Faults) = (null, [new AliasFault("", problem.Message)]);
        }
    }

    /// <summary>
    /// A table that is gone for a moment, while an editor replaces it, must not make anybody unknown; one that stays
    /// away has no aliases.
    /// </summary>
    private void Miss(string reason)
    {
        _goneSince ??= _time.GetTimestamp();
        (_stat, Faults) = (null, [new AliasFault("", reason)]);
        if (_time.GetElapsedTime(_goneSince.Value) < GoneForGoodAfter)
            return;

        (Book, Faults) = AddressBook.Make(_options, []);
        (_wasThere, _goneSince, IsSettling) = (false, null, false);
    }

    /// <summary>A program that writes piece by piece is rarely at the end of a line, never in an empty file.</summary>
    private static bool EndsLine(SafeFileHandle file, long size)
    {
        Span<byte> last = stackalloc byte[1];
        return size > 0 && RandomAccess.Read(file, last, size - 1) == 1 && last[0] == (byte)'\n';
    }

    private void Load(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length > MaxLength)
        {
            Faults = [new AliasFault("", FormattableString.Invariant($"larger than {MaxLength} octets"))];
            return;
        }

        var octets = new byte[length];
        using (var stream = new FileStream(file, FileAccess.Read, bufferSize: 0))
            octets = octets[..stream.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false)];
        if (!Utf8.IsValid(octets))
        {
            Faults = [new AliasFault("", "not UTF-8")];
            return;
        }

        var (entries, faults) = AliasTable.Read(Encoding.UTF8.GetString(octets));
        var (book, more) = AddressBook.Make(_options, entries);
        Faults = faults.AddRange(more);
        if (Faults.IsEmpty)
            Book = book;
    }
}
