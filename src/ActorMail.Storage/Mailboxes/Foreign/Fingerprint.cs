using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace ActorMail.Storage.Mailboxes.Foreign;

/// <summary>
/// A hash of a message's content that stays the same when a mail program adds or changes its own header fields:
/// XXH128 of everything else, without the line ends at the very end. Pieces may be cut anywhere.
/// </summary>
internal sealed class Fingerprint
{
    private static readonly byte[] LineEnds = [.. Enumerable.Repeat((byte)'\n', 64)];

    private readonly XxHash128 _hash = new();
    private readonly List<byte> _line = [];
    private long _heldLineEnds;
    private bool _isInHeader = true;
    private bool _isDropping;

    /// <summary>Of all that was added; nothing may be added after it was asked for.</summary>
    public UInt128 Result
    {
        get
        {
            if (_isInHeader && _line.Count > 0)
                EndHeaderLine();
            return _hash.GetCurrentHashAsUInt128();
        }
    }

    public void Add(ReadOnlySpan<byte> octets)
    {
        while (_isInHeader && !octets.IsEmpty)
        {
            var end = octets.IndexOf((byte)'\n');
            var piece = end < 0 ? octets : octets[..(end + 1)];
            octets = octets[piece.Length..];
            if (_line.Count == 0 && end >= 0)
            {
                EndHeaderLine(piece);
                continue;
            }

            _line.AddRange(piece);
            if (end >= 0 || _line.Count > ForeignFields.MaxHeaderLength)
                EndHeaderLine();
        }

        if (!octets.IsEmpty)
            Hash(octets);
    }

    private void EndHeaderLine()
    {
        EndHeaderLine(CollectionsMarshal.AsSpan(_line));
        _line.Clear();
    }

    private void EndHeaderLine(ReadOnlySpan<byte> line)
    {
        if (line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'] || line.Length > ForeignFields.MaxHeaderLength)
            (_isInHeader, _isDropping) = (false, false);
        else if (line[0] is not ((byte)' ' or (byte)'\t'))
            _isDropping = ForeignFields.IsOne(line);
        if (!_isDropping)
            Hash(line);
    }

    /// <summary>Line ends are held back until something follows them.</summary>
    private void Hash(ReadOnlySpan<byte> octets)
    {
        var last = octets.LastIndexOfAnyExcept((byte)'\n');
        if (last >= 0)
        {
            for (; _heldLineEnds > 0; _heldLineEnds -= Math.Min(_heldLineEnds, LineEnds.Length))
                _hash.Append(LineEnds.AsSpan(0, (int)Math.Min(_heldLineEnds, LineEnds.Length)));
            _hash.Append(octets[..(last + 1)]);
        }

        _heldLineEnds += octets.Length - last - 1;
    }
}
