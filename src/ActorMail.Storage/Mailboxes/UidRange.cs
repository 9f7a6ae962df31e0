namespace ActorMail.Storage.Mailboxes;

/// <summary>UIDs from the first to the last, both included, whether or not a message has them.</summary>
public readonly record struct UidRange(uint First, uint Last)
{
    /// <summary>As few ranges as name these UIDs of the messages, and none that is there besides.</summary>
    public static List<UidRange> Of(MessageList messages, IEnumerable<uint> uids)
    {
        var wanted = uids.ToArray();
        Array.Sort(wanted);
        List<UidRange> ranges = [];
        var (at, goesOn) = (0, false);
        foreach (var piece in messages.Pieces())
        {
            if (at == wanted.Length)
                break;
            if (piece.Span[^1].Uid < wanted[at])
                goesOn = false;
            else
                at = Add(ranges, piece.Span, wanted, at, ref goesOn);
        }

        return ranges;
    }

    /// <summary>
    /// Both rise, so they are walked through together: a client that deletes all names a hundred thousand.
    /// </summary>
    /// <param name="ranges">Gets what is found.</param>
    /// <param name="messages">The next messages.</param>
    /// <param name="wanted">All UIDs.</param>
    /// <param name="at">The first of them that is not behind.</param>
    /// <param name="goesOn">The message before is the end of the last range.</param>
    /// <returns>The first UID that is still to be found.</returns>
    private static int Add(
        List<UidRange> ranges, ReadOnlySpan<StoredMessage> messages, uint[] wanted, int at, ref bool goesOn)
    {
        for (var i = 0; i < messages.Length && at < wanted.Length;)
        {
            var uid = messages[i].Uid;
            if (uid > wanted[at])
            {
                at++;
                continue;
            }

            i++;
            if (uid < wanted[at])
            {
                goesOn = false;
                continue;
            }

            if (goesOn)
                ranges[^1] = ranges[^1] with { Last = uid };
            else
                ranges.Add(new UidRange(uid, uid));
            goesOn = true;
        }

        return at;
    }
}
