namespace ActorMail.Protocols.Mime;

/// <summary>
/// Spaces, tabs and line ends inside of a header field (RFC 5322 §3.2.2); a CR that stands alone is none.
/// </summary>
internal static class FieldBlanks
{
    /// <summary>How many octets of them the text begins with.</summary>
    public static int LengthAt(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && IsAt(text, length))
            length++;
        return length;
    }

    /// <summary>How many octets come before the first of them.</summary>
    public static int DistanceFrom(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && !IsAt(text, length))
            length++;
        return length;
    }

    public static bool IsAt(ReadOnlySpan<byte> text, int at) => text[at] switch
    {
        (byte)' ' or (byte)'\t' or (byte)'\n' => true,
        (byte)'\r' => at + 1 < text.Length && text[at + 1] == (byte)'\n',
        _ => false,
    };

    /// <summary>Text without its line ends; the blanks that follow each of them stay (RFC 5322 §2.2.3).</summary>
    public static ReadOnlySpan<byte> Unfolded(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\n'))
            return text;

        var kept = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != (byte)'\n' && !(text[i] == (byte)'\r' && IsAt(text, i)))
                kept.Add(text[i]);
        }

        return kept.ToArray();
    }
}
