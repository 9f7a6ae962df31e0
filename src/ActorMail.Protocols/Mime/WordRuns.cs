using System.Buffers;
using System.Text;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Words and the blanks between them, of which those beyond ASCII become encoded words and the others stay readable.
/// A decoder drops the blanks between two encoded words (RFC 2047 §6.2): there they become a part of one of them, so
/// that what it shows is the text as it was.
/// </summary>
/// <param name="field">Takes the words.</param>
/// <param name="isPhrase">Of a phrase or comment, where fewer characters may stand as they are.</param>
internal sealed class WordRuns(FoldedField field, bool isPhrase)
{
    /// <summary>More blanks are encoded, for a line must not get long by them.</summary>
    private const int MaxGapLength = 30;

    /// <summary>With a name of usual length before it, such a word has a line of less than 998 octets.</summary>
    private const int MaxWordLength = 900;

    private readonly ArrayBufferWriter<byte> _run = new();
    private readonly ArrayBufferWriter<byte> _gap = new();
    private bool _gapFolds;
    private bool _isRunUtf8;
    private Word _before;

    private enum Word
    {
        None,
        Plain,

        /// <summary>An encoded word that was there already.</summary>
        Encoded,

        /// <summary>In <see cref="_run"/>.</summary>
        Run,
    }

    private bool HasGap => _gap.WrittenCount > 0;

    /// <param name="blanks">Spaces and tabs.</param>
    /// <param name="folds">A line ended between them.</param>
    public void Gap(ReadOnlySpan<byte> blanks, bool folds)
    {
        if (blanks.Length <= MaxGapLength || _before is Word.None)
        {
            _gap.Write(blanks.Length <= MaxGapLength ? blanks : blanks[..1]);
            _gapFolds |= folds;
            return;
        }

        _gap.Write(blanks[..1]);
        _gapFolds |= folds;
        Encode(blanks[1..^1]);
        _gap.Write(blanks[^1..]);
    }

    /// <summary>A word as it stands in the field.</summary>
    public void Add(ReadOnlySpan<byte> word)
    {
        var mustEncode = word.Length > MaxWordLength || word.ContainsAnyExceptInRange((byte)'!', (byte)'~');
        if (mustEncode)
            Encode(word);
        else
            AddPlain(word);
    }

    /// <summary>Something that stays as it is, whatever is in it.</summary>
    public void AddPlain(ReadOnlySpan<byte> word)
    {
        var isEncoded = EncodedWord.IsOne(word);
        if (_before is Word.Run)
        {
            if (isEncoded)
                _run.Write(_gap.WrittenSpan);
            EndRun();
        }

        WriteGap();
        field.Text(word);
        _before = isEncoded ? Word.Encoded : Word.Plain;
    }

    public void Encode(ReadOnlySpan<byte> text)
    {
        var isUtf8 = Ascii.IsValid(text) || System.Text.Unicode.Utf8.IsValid(text);
        if (_before is Word.Run && isUtf8 == _isRunUtf8 && !_gapFolds)
        {
            _run.Write(_gap.WrittenSpan);
            _gap.ResetWrittenCount();
        }
        else
        {
            var isBehindEncoded = _before is Word.Run or Word.Encoded;
            if (_before is Word.Run)
                EndRun();
            if (isBehindEncoded)
                _run.Write(_gap.WrittenSpan);
            if (!HasGap)
                _gap.Write(" "u8);
            WriteGap();
        }

        _run.Write(text);
        (_before, _isRunUtf8) = (Word.Run, isUtf8);
    }

    /// <summary>What follows is written by others; the blanks before it are theirs.</summary>
    public void End()
    {
        if (_before is Word.Run)
            EndRun();
        WriteGap();
        _before = Word.None;
    }

    private void EndRun()
    {
        field.Encoded(_run.WrittenSpan, isPhrase);
        _run.ResetWrittenCount();
    }

    private void WriteGap()
    {
        if (HasGap || _gapFolds)
            field.Gap(_gap.WrittenSpan, _gapFolds);
        _gap.ResetWrittenCount();
        _gapFolds = false;
    }
}
