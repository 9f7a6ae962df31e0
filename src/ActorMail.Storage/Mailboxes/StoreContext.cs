using ActorMail.Storage.Files;

namespace ActorMail.Storage.Mailboxes;

/// <summary>What every mailbox of a store shares.</summary>
internal sealed record StoreContext(
    string Root, StoreOptions Options, TimeProvider Time, Action<string> Report, IDisk Disk)
{
    public long NowMilliseconds => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
