using System.Buffers;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Writes one header field, folded anew: a line with an encoded word in it has 76 octets at most (RFC 2047 §2), and
/// others are broken where they are longer than that and may be broken. No line is blank. What stands between two
/// gaps stays together.
/// </summary>
/// <param name="lineEnd">As the image has it.</param>
internal sealed class FoldedField(byte[] lineEnd)
{
    private const int MaxLineLength = 76;

    /// <summary>For a bracket or comma behind an encoded word.</summary>
    private const int Reserve = 2;

    /// <summary>A piece of a long text is put behind what is on a line already if so much of it fits there.</summary>
    private const int MinRoom = 32;

    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ArrayBufferWriter<byte> _gap = new();
    private readonly ArrayBufferWriter<byte> _chunk = new();
    private int _column;
    private bool _mayFold;
    private bool _mustFold;
    private bool _isBehindName;

    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    public void Begin(ReadOnlySpan<byte> nameAndColon)
    {
        _output.Write(nameAndColon);
        _column = nameAndColon.Length;
        _isBehindName = true;
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

    /// <summary>Writes as many encoded words as a text takes, with blanks between them that decoders drop.</summary>
    public void Encoded(ReadOnlySpan<byte> text, bool isPhrase)
    {
        EndChunk();
        var charset = EncodedWord.CharsetOf(text);
        var isInQ = EncodedWord.IsShorterInQ(text, isPhrase);
        var length = EncodedWord.LengthOf(text, isInQ, isPhrase);
        while (!text.IsEmpty)
        {
            var room = MaxLineLength - Reserve - _column - _gap.WrittenCount;
            if (_mustFold || (_mayFold && room < Math.Min(length, MinRoom)))
            {
                Fold();
                room = MaxLineLength - Reserve - _column - _gap.WrittenCount;
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

    public void End(ReadOnlySpan<byte> last)
    {
        EndChunk();
        _output.Write(last);
    }

    /// <summary>Blanks at the end of a field, and lines of nothing but blanks, are not written.</summary>
    private void EndChunk()
    {
        if (_chunk.WrittenCount == 0)
            return;

        // A name alone on its line is legal, and some programs do not expect it.
        var isTooLong = _column + _gap.WrittenCount + _chunk.WrittenCount > MaxLineLength && !_isBehindName;
        if (_mustFold || (_mayFold && isTooLong))
            Fold();
        WriteOut();
    }

    private void Fold()
    {
        _output.Write(lineEnd);
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
