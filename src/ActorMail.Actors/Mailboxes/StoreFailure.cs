using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Mailboxes;

/// <summary>Tells a disk that fails, or that another program writes to, from a program that fails.</summary>
internal static class StoreFailure
{
    public static bool Is(Exception error) =>
        error is IOException or UnauthorizedAccessException or InvalidDataException or MailboxChangedException;
}
