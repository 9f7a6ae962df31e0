namespace ActorMail.Protocols.Wire;

/// <summary>The start of a line that a reader of mbox files may take for the start of a message.</summary>
internal static class Separator
{
    public static ReadOnlySpan<byte> From => "From "u8;

    /// <summary>Whether the text begins with <c>&gt;*From </c>; null if more of it must come to tell.</summary>
    public static bool? IsAtStartOf(ReadOnlySpan<byte> text)
    {
        // Hardly a line has more than one quote.
        var quotes = text switch
        {
            [not (byte)'>', ..] => 0,
            [_, not (byte)'>', ..] => 1,
            _ => text.IndexOfAnyExcept((byte)'>'),
        };
        if (quotes < 0)
            return null;

        var rest = text[quotes..];
        return rest.Length >= From.Length ? rest.StartsWith(From) : null;
    }
}
