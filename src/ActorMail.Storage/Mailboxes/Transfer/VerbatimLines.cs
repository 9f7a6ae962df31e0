using ActorMail.Protocols.Wire;

namespace ActorMail.Storage.Mailboxes.Transfer;

/// <summary>
/// Tells a message that is kept octet for octet (<see cref="BodyTraits.Raw"/>) from text: its first line ends with
/// CRLF, and some CR or LF stands alone. Text with CRLF throughout may go by any line ends.
/// </summary>
internal static class VerbatimLines
{
    /// <summary>Reads as far as it must.</summary>
    public static bool Has(LineFeed feed)
    {
        if (!feed.MoveNext() || feed.LineEnd.Length != 2)
            return false;
        do
        {
            if (feed.LineEnd.Length == 1 || feed.Piece.Contains((byte)'\r'))
                return true;
        }
        while (feed.MoveNext());
        return false;
    }
}
