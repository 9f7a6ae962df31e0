namespace ActorMail.Storage.Mailboxes;

/// <summary>UIDs from the first to the last, both included, whether or not a message has them.</summary>
public readonly record struct UidRange(uint First, uint Last)
{
    /// <summary>As few ranges as name these UIDs of the messages, and none that is there besides.</summary>
    public static List<UidRange> Of(MessageList messages, IEnumerable<uint> uids)
    {
        List<UidRange> ranges = [];
        var previous = -2;
        foreach (var index in uids.Select(messages.IndexOf).Where(index => index >= 0).Order())
        {
            var uid = messages[index].Uid;
            if (index == previous + 1)
                ranges[^1] = ranges[^1] with { Last = uid };
            else if (index != previous)
                ranges.Add(new UidRange(uid, uid));
            previous = index;
        }

        return ranges;
    }
}
