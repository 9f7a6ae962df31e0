using ActorMail.Protocols.Mail;
using ActorMail.Server.Configuration;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Server.Cli;

/// <summary>
/// <c>actormail mailbox list|show|clear</c>: what a mail catcher has caught. Works beside a server and without one.
/// </summary>
internal sealed class MailboxCommand(ServerSettings settings, Terminal terminal)
{
    private readonly IReadOnlyList<MailboxName> _mailboxes = MailStore.List(settings.DataFolder);
    private readonly MailboxFinder _finder = new(settings, terminal);

    /// <summary>Name, messages, and their size as POP3 counts it.</summary>
    public int List()
    {
        if (_mailboxes.Count == 0)
            return Note($"there is no mail in {settings.DataFolder}");

        var listing = new Listing(("mailbox", false), ("messages", true), ("octets", true));
        List<string> faults = [];
        foreach (var mailbox in _mailboxes)
        {
            try
            {
                using var reader = MailStore.OpenReadOnly(settings.DataFolder, mailbox);
                var messages = reader.View.Messages;
                listing.Add(mailbox, messages.Length, messages.Sum(message => message.WireLength));
            }
            catch (IOException fault)
            {
                faults.Add($"{mailbox} cannot be read: {fault.Message}");
            }
        }

        listing.WriteTo(terminal);
        faults.ForEach(fault => terminal.Fail(ExitCode.InputOutput, fault));
        return faults.Count == 0 ? ExitCode.Ok : ExitCode.InputOutput;
    }

    /// <summary>The messages of a mailbox, or the text of one.</summary>
    public int Show(string address, int? number)
    {
        if (!_finder.TryFind(address, _mailboxes, out var mailbox, out var failure))
            return failure;

        using var reader = MailStore.OpenReadOnly(settings.DataFolder, mailbox);
        var messages = reader.View.Messages;
        if (number > messages.Length)
        {
            return terminal.Fail(
                ExitCode.DataError, $"{mailbox} has {Counted.Messages(messages.Length)}, not {number}");
        }

        if (number is null && messages.IsEmpty)
            return Note($"{mailbox} is empty");

        if (number is { } wanted)
            StoredText.Write(SliceOf(reader, messages[wanted - 1]), terminal.Out);
        else
            Show(reader);
        return ExitCode.Ok;
    }

    public int Clear(string address, bool isSure)
    {
        if (!_finder.TryFind(address, _mailboxes, out var mailbox, out var failure))
            return failure;
        if (!isSure && !terminal.CanAsk)
            return terminal.Fail(ExitCode.Usage, "there is no terminal to ask whether you are sure; say so with --yes");
        if (!isSure && !Confirm($"Delete all messages of {mailbox}? [y/N] "))
            return Note("nothing was changed");

        // Else it would come back with the next start.
        OfflineStore.FinishJournal(settings, terminal);
        var count = MailStore.Clear(settings.DataFolder, mailbox);
        terminal.Out.WriteLine($"cleared {mailbox}: {Counted.Messages(count)} deleted");
        return ExitCode.Ok;
    }

    private static MessageSlice SliceOf(MailboxReader reader, StoredMessage message) =>
        reader.Slice(message.Uid) ?? throw new IOException("The mailbox changed while it was read; try again.");

    private void Show(MailboxReader reader)
    {
        var listing = new Listing(("", true), ("from", false), ("subject", false), ("date", false), ("octets", true));
        var number = 0;
        foreach (var message in reader.View.Messages)
        {
            var slice = SliceOf(reader, message);
            var fields = StoredText.ReadFields(slice, message.HeaderLength, "From", "Subject", "Date");
            listing.Add(++number, fields[0], fields[1], fields[2], message.WireLength);
        }

        listing.WriteTo(terminal);
    }

    private bool Confirm(string question)
    {
        terminal.Error.Write(question);
        return terminal.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private int Note(string text)
    {
        terminal.Note(text);
        return ExitCode.Ok;
    }
}
