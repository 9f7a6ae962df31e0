namespace ActorMail.Storage.Files;

/// <summary>How a file is opened. Nobody is locked out by it: the readers of mailbox files are many.</summary>
public enum DiskAccess
{
    Read,

    ReadWrite,

    /// <summary>For reading and writing; the file must not be there yet. Mode 0600 whatever the umask.</summary>
    CreateNew,
}
