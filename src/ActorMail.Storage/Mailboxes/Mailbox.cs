
namespace ActorMail.Storage.Mailboxes;

/// <summary>One open mailbox file with its sidecar log. Not thread-safe: it belongs to one mailbox actor.</summary>
public sealed class Mailbox : IDisposable
{
    public MailboxView View => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
