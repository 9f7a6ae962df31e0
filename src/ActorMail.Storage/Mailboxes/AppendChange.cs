using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>
/// A message with its place in one mailbox: UID, modseq, offset. They are its own from the moment it is reserved, and
/// anybody's again if it is refused, for nobody has seen them.
/// </summary>
public sealed class AppendChange : MailboxChange, IEntrySource
{
    internal AppendChange(
        MailboxName mailbox, MailboxLane lane, uint uidValidity, uint generation, in StoredMessage message, int gap,
        ReadOnlyMemory<byte> head, MessageBody body)
        : base(mailbox, lane, uidValidity, message.Modseq) =>
        (Generation, Message, Gap, Head, Body) = (generation, message, gap, head, body);

    public uint Uid => Message.Uid;

    /// <summary>Of the whole entry, as it is stored.</summary>
    public long Octets => Message.EntryLength;

    internal uint Generation { get; }

    internal StoredMessage Message { get; }

    StoredMessage IEntrySource.Message => Message;

    /// <summary>Line ends in front of the entry, where a stranger's last message has no blank line behind it.</summary>
    internal int Gap { get; }

    /// <summary><c>From </c> line and our trace fields.</summary>
    internal ReadOnlyMemory<byte> Head { get; }

    internal MessageBody Body { get; }

    internal static ReadOnlySpan<byte> LineEnds => "\n\n\n\n"u8;

    void IEntrySource.WriteTo(EntryWriter writer) => WriteTo(writer);

    internal void WriteTo(EntryWriter writer)
    {
        writer.Write(Head.Span);
        writer.Write(Body);
        writer.Write(LineEnds[..Message.PadLength]);
    }
}
