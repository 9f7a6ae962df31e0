using ActorMail.Protocols.Mail;
using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>A message's place in one mailbox as a journal record has it, with the octets of its entry.</summary>
/// <param name="Spool">The spool file that holds the body, where the record does not.</param>
internal sealed record AppendImage(
    MailboxName Mailbox,
    uint UidValidity,
    uint Generation,
    StoredMessage Message,
    int Gap,
    ReadOnlyMemory<byte> Head,
    ReadOnlyMemory<byte> Body,
    DiskFile? Spool) : IEntrySource
{
    /// <summary>Writes entry and gap where they belong, whatever stands there.</summary>
    public void WriteInPlace(DiskFile file)
    {
        using var writer = new EntryWriter(file, Message.Offset - Gap, Message.EntryLength + Gap);
        writer.Write(AppendChange.LineEnds[..Gap]);
        WriteTo(writer);
        writer.WriteOut();
    }

    public void WriteTo(EntryWriter writer)
    {
        writer.Write(Head.Span);
        if (Spool is null)
            writer.Write(Body.Span);
        else
            writer.Copy(Spool, 0, Message.EntryLength - Head.Length - Message.PadLength);
        writer.Write(AppendChange.LineEnds[..Message.PadLength]);
    }
}
