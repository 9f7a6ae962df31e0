using System.Buffers;
using System.Text;

namespace ActorMail.Protocols.Mime;

/// <summary>Writes the parts that structured fields have in common: phrases, comments, and what is ASCII.</summary>
internal sealed class StructuredText(FieldValue value, FoldedField field)
{
    /// <summary>Blanks mean nothing between tokens; as many as these nobody needs.</summary>
    private const int MaxGapLength = 30;

    /// <summary>Tokens as they are, but for comments; other octets above 127 become question marks.</summary>
    public void WriteTokens(int from, int to)
    {
        for (; from < to; from++)
        {
            if (value[from].Kind is FieldTokenKind.Blanks)
                WriteGap(from);
            else if (value[from].Kind is FieldTokenKind.Comment)
                WriteComment(value.Span(from));
            else if (value[from].Kind is FieldTokenKind.Quoted && value.IsAscii(from) && !value.HasFold(from))
                field.Text(value.Span(from)); // Some programs lose an address with a line end in its local part.
            else if (value.IsAscii(from))
                field.TextWithBlanks(value.Span(from));
            else
                WriteQuestionMarks(from);
        }
    }

    /// <summary>A list of phrases.</summary>
    public void WritePhrases()
    {
        for (var from = 0; from < value.Count;)
        {
            var to = value.IndexOf(',', from, value.Count);
            WritePhrase(from, to).End(isBeforeBracket: to == value.Count);
            if (to < value.Count)
                field.Text(","u8);
            field.MayBreak();
            from = to + 1;
        }
    }

    public void WriteGap(int index)
    {
        var blanks = FieldBlanks.Unfolded(value.Span(index));
        field.Gap(blanks.Length > MaxGapLength ? " "u8 : blanks, value.HasFold(index));
    }

    /// <summary>
    /// The words of a display name (RFC 5322 §3.4). The caller ends the runs: to a word that is added before that,
    /// the rules for neighbours apply.
    /// </summary>
    public WordRuns WritePhrase(int from, int to)
    {
        var words = new WordRuns(field, isPhrase: true);
        for (; from < to; from++)
        {
            switch (value[from].Kind)
            {
                case FieldTokenKind.Blanks:
                    words.Gap(FieldBlanks.Unfolded(value.Span(from)), value.HasFold(from));
                    break;
                case FieldTokenKind.Comment:
                    words.End();
                    WriteComment(value.Span(from));
                    break;
                case FieldTokenKind.Quoted when !value.IsAscii(from) || WordRuns.IsMisleading(value.Span(from)):
                    words.Encode(Unquoted(value.Span(from)));
                    break;
                case FieldTokenKind.Quoted:
                    words.AddPlain(value.Span(from));
                    break;
                default:
                    words.Add(value.Span(from));
                    break;
            }
        }

        return words;
    }

    /// <summary>What a quoted string says (RFC 5322 §3.2.4).</summary>
    public static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> quoted) =>
        Unescaped(FieldBlanks.Unfolded(quoted[1..^1]));

    /// <param name="comment">With its parentheses.</param>
    public void WriteComment(ReadOnlySpan<byte> comment)
    {
        if (Ascii.IsValid(comment))
        {
            field.TextWithBlanks(comment);
            return;
        }

        var words = new WordRuns(field, isPhrase: true, isBehindBracket: true);
        while (!comment.IsEmpty)
        {
            int length;
            if (comment[0] is (byte)'(' or (byte)')')
            {
                var isOpening = comment[0] == (byte)'(';
                words.End(isBeforeBracket: !isOpening);
                if (isOpening)
                    field.MayBreak();
                field.Text(comment[..1]);
                if (!isOpening)
                    field.MayBreak();
                words = new WordRuns(field, isPhrase: true, isBehindBracket: isOpening);
                length = 1;
            }
            else if (FieldBlanks.IsAt(comment, 0))
            {
                length = FieldBlanks.LengthAt(comment);
                words.Gap(FieldBlanks.Unfolded(comment[..length]), comment[..length].Contains((byte)'\n'));
            }
            else
            {
                length = CommentWordLength(comment);
                AddCommentWord(comment[..length], words);
            }

            comment = comment[length..];
        }

        words.End(isBeforeBracket: true);
    }

    private static void AddCommentWord(ReadOnlySpan<byte> word, WordRuns words)
    {
        if (WordRuns.MustEncode(word))
            words.Encode(Unescaped(FieldBlanks.Unfolded(word)));
        else
            words.AddPlain(word);
    }

    private static int CommentWordLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && !FieldBlanks.IsAt(text, length) && text[length] is not ((byte)'(' or (byte)')'))
            length += text[length] == (byte)'\\' && length + 1 < text.Length ? 2 : 1;
        return length;
    }

    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\\'))
            return text;

        var kept = new ArrayBufferWriter<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\' && i + 1 < text.Length)
                i++;
            kept.Write(text.Slice(i, 1));
        }

        return kept.WrittenSpan;
    }

    private void WriteQuestionMarks(int index)
    {
        var text = new ArrayBufferWriter<byte>();
        SurrogateField.WriteWithoutEightBit(value.Span(index), text);
        field.TextWithBlanks(text.WrittenSpan);
    }
}
