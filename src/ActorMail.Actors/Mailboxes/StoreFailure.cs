using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Mailboxes;

/// <summary>Tells a disk that fails, or that another program writes to, from a program that fails.</summary>
internal static class StoreFailure
{
    public static bool Is(Exception error) =>
        error is IOException or UnauthorizedAccessException or InvalidDataException or MailboxChangedException;

    /// <summary>Why the journal refused something, as far as the sender of a message can make use of it.</summary>
    public static AppendFault OfJournal(MailStore store)
    {
        try
        {
            return store.HasSpaceFor(0) ? AppendFault.StoreFailed : AppendFault.StoreFull;
        }
        catch (IOException)
        {
            return AppendFault.StoreFailed;
        }
    }
}
