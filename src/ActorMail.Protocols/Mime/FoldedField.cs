using System.Buffers;
using System.Text;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Writes one header field, folded anew: a line with an encoded word in it has 76 octets at most (RFC 2047 §2), and
/// others are broken where they are longer than that and may be broken. No line is blank. What stands between two
/// gaps stays together.
/// </summary>
internal sealed class FoldedField
{
    private const int MaxLineLength = 76;

    /// <summary>RFC 5322 §2.1.1, without the line end.</summary>
    public const int HardLineLength = 998;

    /// <summary>For a bracket or comma behind an encoded word.</summary>
    private const int Reserve = 2;

    /// <summary>What stands before an encoded word without a gap, a bracket usually, goes with it.</summary>
    private const int MaxPrefix = 8;

    /// <summary>A piece of a long text is put behind what is on a line already if so much of it fits there.</summary>
    private const int MinRoom = 32;

    private readonly byte[] _lineEnd;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ArrayBufferWriter<byte> _gap = new();
    private readonly ArrayBufferWriter<byte> _chunk = new();
    private int _column;
    private bool _mayFold;
    private bool _mustFold;
    private bool _isBehindName = true;

    /// <param name="lineEnd">As the image has it.</param>
    /// <param name="name">With its colon.</param>
    public FoldedField(byte[] lineEnd, ReadOnlySpan<byte> name)
    {
        _lineEnd = lineEnd;
        _output.Write(name);
        _column = name.Length;
    }

    /// <summary>Without the line end that ends it.</summary>
    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    /// <summary>Whether blanks stand before what is to come.</summary>
    public bool HasGap => _chunk.WrittenCount == 0 && _gap.WrittenCount > 0;

    private int Room => MaxLineLength - Reserve - _column - _gap.WrittenCount - _chunk.WrittenCount;

    /// <summary>Whether it may be sent: in ASCII, and no line longer than any may be.</summary>
    public bool IsSound
    {
        get
        {
            var rest = Written;
            while (rest.IndexOf((byte)'\n') is >= 0 and var end)
            {
                if (end > HardLineLength)
                    return false;
                rest = rest[(end + 1)..];
            }

            return rest.Length <= HardLineLength && Ascii.IsValid(Written);
        }
    }

    /// <param name="blanks">Spaces and tabs.</param>
    /// <param name="folds">A line ended here.</param>
    public void Gap(ReadOnlySpan<byte> blanks, bool folds = false)
    {
        EndChunk();
        _gap.Write(blanks);
        _mayFold = true;
        _mustFold |= folds;
    }

    /// <summary>Nothing stands here, but a fold may, for blanks mean nothing.</summary>
    public void MayBreak()
    {
        EndChunk();
        _mayFold = true;
    }

    public void Text(ReadOnlySpan<byte> ascii) => _chunk.Write(ascii);

    /// <summary>Text that may be broken where it has blanks, and is where it was.</summary>
    public void TextWithBlanks(ReadOnlySpan<byte> ascii)
    {
        while (!ascii.IsEmpty)
        {
            var word = FieldBlanks.DistanceFrom(ascii);
            if (word > 0)
                Text(ascii[..word]);
            ascii = ascii[word..];
            var blanks = FieldBlanks.LengthAt(ascii);
            if (blanks > 0)
                Gap(FieldBlanks.Unfolded(ascii[..blanks]), ascii[..blanks].Contains((byte)'\n'));
            ascii = ascii[blanks..];
        }
    }

    /// <summary>Writes as many encoded words as a text takes, with blanks between them that decoders drop.</summary>
    public void Encoded(ReadOnlySpan<byte> text, bool isPhrase)
    {
        if (_chunk.WrittenCount > MaxPrefix)
            EndChunk();
        var charset = EncodedWord.CharsetOf(text);
        var isInQ = EncodedWord.IsShorterInQ(text, isPhrase);
        var length = EncodedWord.LengthOf(text, isInQ, isPhrase);
        while (!text.IsEmpty)
        {
            var room = Room;
            if (_mustFold || (_mayFold && room < Math.Min(length, MinRoom)))
            {
                Fold();
                room = Room;
            }

            var taken = EncodedWord.Write(text, charset, room, isInQ, isPhrase, _chunk);
            text = text[taken..];
            if (text.IsEmpty)
                return;

            WriteOut();
            length = MaxLineLength;
            Gap(" "u8, folds: true);
        }
    }

    public void End() => EndChunk();

    /// <summary>Blanks at the end of a field, and lines of nothing but blanks, are not written.</summary>
    private void EndChunk()
    {
        if (_chunk.WrittenCount == 0)
            return;

        // A name alone on its line is legal, and some programs do not expect it.
        var limit = _isBehindName ? HardLineLength : MaxLineLength;
        if (_mustFold || (_mayFold && _column + _gap.WrittenCount + _chunk.WrittenCount > limit))
            Fold();
        WriteOut();
    }

    private void Fold()
    {
        _output.Write(_lineEnd);
        if (_gap.WrittenCount == 0)
            _gap.Write(" "u8);
        (_column, _mayFold, _mustFold) = (0, false, false);
    }

    private void WriteOut()
    {
        _output.Write(_gap.WrittenSpan);
        _output.Write(_chunk.WrittenSpan);
        _column += _gap.WrittenCount + _chunk.WrittenCount;
        _gap.ResetWrittenCount();
        _chunk.ResetWrittenCount();
        (_mayFold, _mustFold, _isBehindName) = (false, false, false);
    }
}
