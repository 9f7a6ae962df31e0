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

    /// <summary>Without the line ends.</summary>
    public static ReadOnlySpan<byte> Unfolded(ReadOnlySpan<byte> blanks)
    {
        if (!blanks.Contains((byte)'\n'))
            return blanks;

        var kept = new List<byte>(blanks.Length);
        foreach (var octet in blanks)
        {
            if (octet is (byte)' ' or (byte)'\t')
                kept.Add(octet);
        }

        return kept.ToArray();
    }
}
