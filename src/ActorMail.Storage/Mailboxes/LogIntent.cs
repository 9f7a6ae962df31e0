namespace ActorMail.Storage.Mailboxes;

/// <summary>Octets that were about to be written to the mailbox file, and are nobody's until the log says so.</summary>
internal readonly record struct LogIntent(long Offset, long Length, ulong BootId)
{
    public bool Covers(long start, long end) => start >= Offset && end <= Offset + Length;
}
