using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Mailboxes;

/// <summary>The data folder of one server.</summary>
public sealed class MailStore : IDisposable
{
    public static MailStore Open(string root, StoreOptions options) => throw new NotSupportedException();

    public Mailbox OpenMailbox(MailboxName name) => throw new NotSupportedException();

    public BodyWriter CreateBody() => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
