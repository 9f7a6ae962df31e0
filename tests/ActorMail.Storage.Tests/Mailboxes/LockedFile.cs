using ActorMail.Storage.Files;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>A mailbox file in the hands of another program, as far as its lock can tell.</summary>
internal sealed class LockedFile : IDisposable
{
    private readonly DiskFile _file;

    private LockedFile(DiskFile file) => _file = file;

    public static LockedFile Take(string path)
    {
        var file = RealDisk.Instance.Open(path, DiskAccess.ReadWrite);
        Assert.True(file.TryLock());
        return new LockedFile(file);
    }

    public void Dispose() => _file.Dispose();
}
