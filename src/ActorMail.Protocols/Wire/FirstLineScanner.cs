namespace ActorMail.Protocols.Wire;

/// <summary>Tells from the first line of a message whether it starts with a header (RFC 5322 §2.2, §4.5).</summary>
internal sealed class FirstLineScanner
{
    private State _state;

    private enum State
    {
        Empty,
        Name,
        Blank,
        Field,
        Text,
    }

    /// <summary>True once the line was <c>field-name *WSP ":"</c>, or ended before it began.</summary>
    public bool IsField => _state is State.Field;

    public void Add(ReadOnlySpan<byte> text)
    {
        foreach (var octet in text)
        {
            if (_state is State.Field or State.Text)
                return;
            _state = After(octet);
        }
    }

    public void EndLine()
    {
        if (_state is not State.Field)
            _state = _state is State.Empty ? State.Field : State.Text;
    }

    private State After(byte octet) => (_state, octet) switch
    {
        (State.Name or State.Blank, (byte)':') => State.Field,
        (State.Name or State.Blank, (byte)' ' or (byte)'\t') => State.Blank,
        (State.Empty or State.Name, > 0x20 and < 0x7F and not (byte)':') => State.Name,
        _ => State.Text,
    };
}
