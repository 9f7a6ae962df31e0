using System.Globalization;
using System.Text.Json;
using ActorMail.Server.Configuration;
using ActorMail.Storage.Mailboxes;
using ActorMail.Storage.Mailboxes.Inspection;

namespace ActorMail.Server.Cli;

/// <summary><c>actormail mailbox stat</c>: a mailbox in figures. Works beside a server and without one.</summary>
internal sealed class MailboxStatCommand(ServerSettings settings, Terminal terminal)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public int Execute(string address, bool isJson)
    {
        var finder = new MailboxFinder(settings, terminal);
        if (!finder.TryFind(address, MailStore.List(settings.DataFolder), out var mailbox, out var failure))
            return failure;

        var statistics = MailboxStatistics.Read(settings.DataFolder, mailbox);
        var holder = MailStore.HolderOf(settings.DataFolder);
        if (isJson)
            WriteJson(statistics, holder);
        else
            WriteListing(statistics);
        if (holder is not null)
            terminal.Note($"the data folder is in use by {holder}; shown is what is applied to the mailbox");
        if (statistics is { UidValidity: 0, FileLength: > 0 })
            terminal.Note("there is no index that can be read; numbers are given when the mailbox is opened");
        else if (!statistics.IsAsLeft)
            terminal.Note("another program changed the mailbox file; numbers are given when the server reads it anew");
        return ExitCode.Ok;
    }

    private static string Time(DateTimeOffset? time) =>
        time?.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) ?? "-";

    private void WriteListing(MailboxStatistics statistics)
    {
        var listing = new Listing((statistics.Mailbox.Value, false), ("", false));
        listing.Add("messages", statistics.Messages);
        listing.Add("unread", statistics.Unread);
        listing.Add("marked as deleted", statistics.MarkedDeleted);
        listing.Add("octets of messages", statistics.WireLength);
        listing.Add("octets of the file", statistics.FileLength);
        listing.Add("octets of deleted mail in it", statistics.DeadLength);
        listing.Add("octets of the index", statistics.IndexLength);
        listing.Add("UIDVALIDITY", statistics.UidValidity);
        listing.Add("UIDNEXT", statistics.UidNext);
        listing.Add("MODSEQ", statistics.Modseq);
        listing.Add("keywords", statistics.Keywords.IsEmpty ? "-" : string.Join(' ', statistics.Keywords));
        listing.Add("oldest", Time(statistics.Oldest));
        listing.Add("newest", Time(statistics.Newest));
        listing.Add("changes in the journal", statistics.Journaled);
        listing.Add("of them not applied yet", statistics.Waiting);
        listing.WriteTo(terminal);
    }

    private void WriteJson(MailboxStatistics statistics, string? holder) =>
        terminal.Out.WriteLine(JsonSerializer.Serialize(
            new
            {
                Mailbox = statistics.Mailbox.Value,
                statistics.Messages,
                statistics.Unread,
                statistics.MarkedDeleted,
                MessageOctets = statistics.WireLength,
                FileOctets = statistics.FileLength,
                DeletedOctets = statistics.DeadLength,
                IndexOctets = statistics.IndexLength,
                statistics.UidValidity,
                statistics.UidNext,
                statistics.Modseq,
                statistics.Keywords,
                statistics.Oldest,
                statistics.Newest,
                Journaled = statistics.Journaled,
                Waiting = statistics.Waiting,
                IsChangedByAnother = !statistics.IsAsLeft,
                Server = holder,
            },
            Format));
}
