namespace ActorMail.Storage.Mailboxes;

/// <summary>A message to be appended to one mailbox.</summary>
/// <param name="Sender">The reverse-path for the <c>From </c> line; empty for the null one.</param>
/// <param name="Prefix">
/// Our trace fields, with LF line ends and a blank line behind them where it is needed. In front of a raw body they are
/// stored with CRLF.
/// </param>
/// <param name="Body">
/// What the client sent, as stored. A raw one without a prefix must begin with a line that ends with CRLF
/// (<see cref="Protocols.Wire.BodyTraits.Raw"/>).
/// </param>
public sealed record MessageDraft(
    string Sender, ReadOnlyMemory<byte> Prefix, MessageBody Body, DateTimeOffset ReceivedAt)
{
    /// <summary>Set from the beginning: mail that comes in is unread, mail that is moved here need not be.</summary>
    public MessageMarks Flags { get; init; }
}
