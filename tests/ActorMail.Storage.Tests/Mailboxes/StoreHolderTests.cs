using ActorMail.Storage.Mailboxes;

namespace ActorMail.Storage.Tests.Mailboxes;

public sealed class StoreHolderTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Who_holds_a_data_folder_can_be_asked_by_anybody()
    {
        Assert.Null(MailStore.HolderOf(Path.Join(_folder.Root, "nowhere")));
        Assert.Null(MailStore.HolderOf(_folder.Root));
        using (var store = _folder.Open())
        {
            store.DescribeHolder("smtp 127.0.0.1:25");
            Assert.EndsWith(", smtp 127.0.0.1:25", MailStore.HolderOf(_folder.Root));
        }

        Assert.Null(MailStore.HolderOf(_folder.Root));
    }

    [Fact]
    public async Task Who_only_asks_keeps_no_server_from_starting()
    {
        _folder.Open().Dispose();
        using var done = new CancellationTokenSource();
        using var isFree = new ManualResetEventSlim();
        var asking = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                if (MailStore.HolderOf(_folder.Root) is null)
                    isFree.Set();
            }
        });

        for (var i = 0; i < 100; i++)
        {
            // Who finds nobody asks again at once: then the two meet.
            isFree.Reset();
            isFree.Wait(done.Token);
            _folder.Open().Dispose();
        }

        await done.CancelAsync();
        await asking;
    }
}
