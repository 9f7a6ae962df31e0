namespace ActorMail.Actors.Mailboxes;

/// <summary>Tells a disk that fails from a program that does.</summary>
internal static class StoreFailure
{
    public static bool Is(Exception error) =>
        error is IOException or UnauthorizedAccessException or InvalidDataException;
}
