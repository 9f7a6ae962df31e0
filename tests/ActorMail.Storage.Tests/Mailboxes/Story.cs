using System.Globalization;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Tests.Files;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>
/// The life of a mailbox, on a disk that may fail, with a book of what was promised to whom: mail that was
/// acknowledged, mail whose deletion was.
/// </summary>
internal sealed class Story(DataFolder folder)
{
    private readonly HashSet<string> _sent = [];
    private readonly HashSet<string> _kept = [];
    private readonly HashSet<string> _gone = [];
    private readonly Dictionary<(uint, uint), string> _numbers = [];
    private int _next;

    /// <summary>What was refused, by the name of the step.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>Until the end, or until the machine goes down.</summary>
    public void Play(FaultyDisk disk)
    {
        try
        {
            using var store = folder.Open(disk);
            PlayIn(store, disk);
        }
        catch (Exception failure) when (failure is MachineDownException or IOException)
        {
            Refused.Add("the rest");
        }
    }

    /// <summary>What anybody finds afterwards who opens the mailbox, and that it works.</summary>
    public void Check(MailStore store, string mailFile)
    {
        using var mailbox = store.OpenMailbox(DataFolder.Bob);
        Look(mailbox);
        Deliver(store, mailbox, 1);
        Look(mailbox);
        var inFile = MboxText.Messages(File.ReadAllBytes(mailFile));
        Assert.Equal(inFile.Count, inFile.Distinct().Count());
        Assert.Subset(_sent, inFile.ToHashSet());
        Assert.Superset(DataFolder.Texts(mailbox).ToHashSet(), inFile.ToHashSet());
    }

    private void PlayIn(MailStore store, FaultyDisk disk)
    {
        var mailbox = store.OpenMailbox(DataFolder.Bob);
        try
        {
            Deliver(store, mailbox, 1);
            Deliver(store, mailbox, 2);
            Expunge(mailbox, 0);
            Try("compact", mailbox.CompactNow);
            Deliver(store, mailbox, 1);
            mailbox.Dispose();
            mailbox = store.OpenMailbox(DataFolder.Bob);
            Look(mailbox);
            Deliver(store, mailbox, 3);
            Abort(store, mailbox);
            Expunge(mailbox, 1);
            Expunge(mailbox, 2);
            Try("compact", () => CompactMeanwhile(store, mailbox));
            disk.MakeRoom();
            Deliver(store, mailbox, 1, "deliver at last");
        }
        finally
        {
            mailbox.Dispose();
        }
    }

    private void CompactMeanwhile(MailStore store, Mailbox mailbox)
    {
        using var compaction = mailbox.BeginCompaction();
        compaction.CopyLive(CancellationToken.None);
        Deliver(store, mailbox, 2);
        Expunge(mailbox, 0);
        mailbox.FinishCompaction(compaction);
    }

    private void Deliver(MailStore store, Mailbox mailbox, int count, string name = "deliver")
    {
        var texts = Enumerable.Range(0, count).Select(_ => NewText()).ToArray();
        Try(name, () =>
        {
            DataFolder.Deliver(store, mailbox, texts);
            _kept.UnionWith(texts);
        });
        Look(mailbox);
    }

    private void Abort(MailStore store, Mailbox mailbox)
    {
        var text = NewText();
        Try("abort", () =>
        {
            var draft = DataFolder.Draft(store, text);
            mailbox.Abort(mailbox.Prepare([draft]));
            draft.Body.Dispose();
        });
        Look(mailbox);
    }

    private void Expunge(Mailbox mailbox, int index)
    {
        if (mailbox.View.Messages.Length <= index)
            return;
        var text = DataFolder.Texts(mailbox)[index];
        Try("expunge", () =>
        {
            _kept.Remove(text);
            mailbox.Expunge([mailbox.View.Messages[index].Uid], mailbox.View.UidValidity);
            _gone.Add(text);
        });
        Look(mailbox);
    }

    private void Try(string what, Action step)
    {
        try
        {
            step();
        }
        catch (IOException)
        {
            Refused.Add(what);
        }
    }

    /// <summary>All that was promised is there once, whole, and no number ever means another message.</summary>
    private void Look(Mailbox mailbox)
    {
        mailbox.Refresh();
        var (view, texts) = (mailbox.View, DataFolder.Texts(mailbox));
        Assert.Equal(texts.Count, texts.Distinct().Count());
        Assert.Subset(_sent, texts.ToHashSet());
        Assert.Superset(_kept, texts.ToHashSet());
        Assert.Empty(_gone.Intersect(texts));
        for (var i = 0; i < texts.Count; i++)
        {
            Assert.True(view.Messages[i].Uid < view.UidNext);
            var number = (view.UidValidity, view.Messages[i].Uid);
            if (!_numbers.TryAdd(number, texts[i]))
                Assert.Equal(_numbers[number], texts[i]);
        }
    }

    private string NewText()
    {
        var text = DataFolder.Mail(++_next)
            + string.Concat(Enumerable.Repeat("A line of text.\n", _next * 37 % 100))
            + string.Create(CultureInfo.InvariantCulture, $"End of {_next}.\n");
        _sent.Add(text);
        return text;
    }
}
