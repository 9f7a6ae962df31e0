namespace ActorMail.Storage.Mailboxes;

/// <summary>A message to be appended to one mailbox.</summary>
/// <param name="Sender">The reverse-path for the <c>From </c> line; empty for the null one.</param>
/// <param name="Prefix">Our trace fields as stored (LF line ends, a blank line behind them where it is needed).</param>
/// <param name="Body">What the client sent, as stored.</param>
public sealed record MessageDraft(
    string Sender, ReadOnlyMemory<byte> Prefix, MessageBody Body, DateTimeOffset ReceivedAt)
{
    /// <summary>Set from the beginning: mail that comes in is unread, mail that is moved here need not be.</summary>
    public MessageMarks Flags { get; init; }
}
