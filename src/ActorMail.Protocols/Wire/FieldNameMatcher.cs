using System.Text;

namespace ActorMail.Protocols.Wire;

/// <summary>
/// Holds back the start of a header line for as long as it may become a field that the decoder treats apart, in any
/// letter case and also with the blanks before the colon of RFC 5322 §4.5.
/// </summary>
internal sealed class FieldNameMatcher
{
    /// <summary>Leaves room for more blanks before the colon than any mail has.</summary>
    private readonly byte[] _held = new byte[64];
    private int _count;

    public ReadOnlySpan<byte> Held => _held.AsSpan(0, _count);

    public void Clear() => _count = 0;

    /// <summary>The octet is held, unless it makes the line some <see cref="FieldNameMatch.Other"/>.</summary>
    public FieldNameMatch Add(byte next)
    {
        if (_count == _held.Length)
            return FieldNameMatch.Other;

        _held[_count] = next;
        var start = _held.AsSpan(0, _count + 1);
        var match = Compare(start, "Return-Path"u8, FieldNameMatch.ReturnPath);
        if (match is FieldNameMatch.Other)
            match = Compare(start, "Received"u8, FieldNameMatch.Received);
        if (match is not FieldNameMatch.Other)
            _count++;
        return match;
    }

    private static FieldNameMatch Compare(ReadOnlySpan<byte> start, ReadOnlySpan<byte> name, FieldNameMatch whole)
    {
        var length = Math.Min(start.Length, name.Length);
        if (!Ascii.EqualsIgnoreCase(start[..length], name[..length]))
            return FieldNameMatch.Other;
        if (start.Length == length)
            return FieldNameMatch.Partial;

        return start[^1] switch
        {
            (byte)':' => whole,
            (byte)' ' or (byte)'\t' => FieldNameMatch.Partial,
            _ => FieldNameMatch.Other,
        };
    }
}
