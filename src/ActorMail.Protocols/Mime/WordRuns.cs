using System.Buffers;
using System.Text.Unicode;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Words and the blanks between them, of which those beyond ASCII become encoded words and the others stay readable.
/// A decoder drops the blanks between two encoded words (RFC 2047 §6.2): there they become a part of one of them, so
/// that what it shows is the text as it was.
/// </summary>
/// <param name="field">Takes the words.</param>
/// <param name="isPhrase">Of a phrase or comment, where fewer characters may stand as they are.</param>
/// <param name="isBehindBracket">No blank has to stand before the first word.</param>
internal sealed class WordRuns(FoldedField field, bool isPhrase, bool isBehindBracket = false)
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

    public static bool MustEncode(ReadOnlySpan<byte> word) =>
        word.Length > MaxWordLength || word.ContainsAnyExceptInRange((byte)'!', (byte)'~') || IsMisleading(word);

    /// <summary>Whether a decoder may take it for the beginning of an encoded word, and miss the next one.</summary>
    public static bool IsMisleading(ReadOnlySpan<byte> word) =>
        word.LastIndexOf("=?"u8) is >= 0 and var start && word[(start + 2)..].IndexOf("?="u8) < 0;

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

    /// <summary>A word as it stands in the field; encoded if it is not ASCII, or if it is better not sent.</summary>
    public void Add(ReadOnlySpan<byte> word)
    {
        if (MustEncode(word))
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
            EnsureGap();
        }

        WriteGap();
        field.TextWithBlanks(word);
        _before = isEncoded ? Word.Encoded : Word.Plain;
    }

    public void Encode(ReadOnlySpan<byte> text)
    {
        var isUtf8 = Utf8.IsValid(text);
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
            if (_before is not Word.None || !isBehindBracket)
                EnsureGap();
            WriteGap();
        }

        _run.Write(text);
        (_before, _isRunUtf8) = (Word.Run, isUtf8);
    }

    /// <param name="isBeforeBracket">No blank has to stand before what follows.</param>
    public void End(bool isBeforeBracket = false)
    {
        if (_before is Word.Run)
        {
            EndRun();
            if (!isBeforeBracket)
                EnsureGap();
        }

        WriteGap();
        _before = Word.None;
    }

    /// <summary>An encoded word stands by itself (RFC 2047 §5).</summary>
    public void EnsureGap()
    {
        if (!HasGap && (_before is Word.Run || !field.HasGap))
            _gap.Write(" "u8);
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
