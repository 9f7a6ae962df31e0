namespace ActorMail.Server.Configuration;

/// <summary>A place in the text of a settings file, which knows its line.</summary>
internal sealed class HoconCursor(string text)
{
    private const char End = '\0';

    public int Position { get; private set; }

    public int Line { get; private set; } = 1;

    public bool AtEnd => Position >= text.Length;

    /// <summary>The next character, or NUL at the end: a text with a real one was refused before.</summary>
    public char Current => Peek(0);

    public bool AtEndOfLine => AtEnd || Current == '\n' || IsAt("\r\n") || AtComment;

    private bool AtComment => Current == '#' || IsAt("//");

    public char Peek(int distance) => Position + distance < text.Length ? text[Position + distance] : End;

    public bool IsAt(string expected) => string.CompareOrdinal(text, Position, expected, 0, expected.Length) == 0;

    public string TextSince(int position) => text[position..Position];

    public string RestOfLine()
    {
        var end = text.IndexOf('\n', Position);
        return (end < 0 ? text[Position..] : text[Position..end]).Trim();
    }

    public char Take()
    {
        var taken = Current;
        Line += taken == '\n' ? 1 : 0;
        Position++;
        return taken;
    }

    public void Skip(int count)
    {
        for (var i = 0; i < count; i++)
            Take();
    }

    public void SkipBlanks()
    {
        while (Current is ' ' or '\t')
            Position++;
    }

    /// <summary>To the end of the line, not past it.</summary>
    public void SkipRestOfLine()
    {
        while (!AtEnd && Current != '\n')
            Position++;
    }

    /// <summary>Past everything that may stand between two fields or two elements.</summary>
    public void SkipBetween()
    {
        while (!AtEnd)
        {
            if (AtComment)
                SkipRestOfLine();
            else if (Current is ' ' or '\t' or '\r' or '\n' or ',')
                Take();
            else
                return;
        }
    }
}
