namespace ActorMail.Storage.Simulation;

/// <summary>
/// One file: its octets in the memory of the machine, and those on the medium. Sectors that were written since the last
/// flush are dirty; a flush that fails may leave them clean and lost.
/// </summary>
internal sealed class Inode(ulong number)
{
    public const int Sector = 512;

    private byte[] _cache = [];
    private byte[] _medium = [];
    private readonly HashSet<int> _dirty = [];

    public ulong Number { get; } = number;

    public int Length { get; private set; }

    public int MediumLength { get; private set; }

    public long ModifiedNs { get; set; }

    public long ChangedNs { get; set; }

    /// <summary>Held by another program.</summary>
    public bool IsLockedByOthers { get; set; }

    public ReadOnlySpan<byte> Octets => _cache.AsSpan(0, Length);

    public void Write(ReadOnlySpan<byte> octets, int offset)
    {
        var end = offset + octets.Length;
        Reserve(ref _cache, end);
        octets.CopyTo(_cache.AsSpan(offset));
        if (end > Length)
        {
            Mark(Length, end);
            Length = end;
        }

        Mark(offset, end);
    }

    public void Truncate(int length)
    {
        Reserve(ref _cache, length);
        _cache.AsSpan(length).Clear();
        Length = length;
        Mark(Math.Max(0, length - 1), length);
    }

    public void Flush()
    {
        Reserve(ref _medium, Length);
        foreach (var sector in _dirty)
            CopySector(sector, Sector);
        if (Length < MediumLength)
            _medium.AsSpan(Length).Clear();
        MediumLength = Length;
        _dirty.Clear();
    }

    /// <summary>The dirty sectors are taken for clean; some of them got to the medium.</summary>
    public void Lose(Random dice)
    {
        Reserve(ref _medium, Length);
        foreach (var sector in _dirty.Where(_ => dice.Next(4) == 0))
            CopySector(sector, Sector);
        MediumLength = dice.Next(2) == 0 ? Length : MediumLength;
        _dirty.Clear();
    }

    /// <summary>What is left after the power went: none, all or some of what was not flushed.</summary>
    public void LosePower(Random dice)
    {
        Reserve(ref _medium, Length);
        switch (dice.Next(4))
        {
            case 0:
                break;
            case 1:
                Flush();
                break;
            case 2:
                foreach (var sector in _dirty.Where(_ => dice.Next(2) == 0))
                    CopySector(sector, Sector);
                MediumLength = dice.Next(3) == 0 ? MediumLength : Length;
                break;
            default:
                // In order up to a sector that was torn.
                var survivors = dice.Next(_dirty.Count + 1);
                foreach (var sector in _dirty.Order().Take(survivors))
                    CopySector(sector, Sector);
                if (survivors < _dirty.Count)
                    CopySector(_dirty.Order().ElementAt(survivors), dice.Next(Sector));
                MediumLength = dice.Next(2) == 0 ? MediumLength : Length;
                break;
        }

        _dirty.Clear();
        Length = MediumLength;
        _cache = _medium[..Length];
    }

    public void Flip(int offset, byte mask)
    {
        _cache[offset] ^= mask;
        Reserve(ref _medium, Length);
        _medium[offset] ^= mask;
    }

    private static void Reserve(ref byte[] octets, int length)
    {
        if (length > octets.Length)
            Array.Resize(ref octets, Math.Max(length, octets.Length * 2));
    }

    private void CopySector(int sector, int octets)
    {
        var start = sector * Sector;
        var count = Math.Min(octets, Length - start);
        if (count > 0)
            _cache.AsSpan(start, count).CopyTo(_medium.AsSpan(start));
    }

    private void Mark(int start, int end)
    {
        for (var sector = start / Sector; sector * Sector < end; sector++)
            _dirty.Add(sector);
    }
}
