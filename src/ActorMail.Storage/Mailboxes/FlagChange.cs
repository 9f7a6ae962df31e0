using System.Collections.Immutable;

namespace ActorMail.Storage.Mailboxes;

/// <summary>What becomes of the flags of messages: these are taken away, then those are set.</summary>
/// <param name="RemovedKeywords">By name; unknown ones are no fault.</param>
/// <param name="AddedKeywords">By name; a mailbox has at most 64 different ones.</param>
public sealed record FlagChange(
    MessageMarks Removed,
    MessageMarks Added,
    ImmutableArray<string> RemovedKeywords,
    ImmutableArray<string> AddedKeywords)
{
    public static FlagChange Add(MessageMarks flags) => new(MessageMarks.None, flags, [], []);

    public static FlagChange Remove(MessageMarks flags) => new(flags, MessageMarks.None, [], []);
}
