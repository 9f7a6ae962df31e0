using ActorMail.Protocols.Mail;
using ActorMail.Server.Configuration;

namespace ActorMail.Server.Cli;

/// <summary>
/// The mailbox that a person means: an address with or without its domain, or a name as the list has it.
/// </summary>
internal sealed class MailboxFinder(ServerSettings settings, Terminal terminal)
{
    /// <summary>One of these mailboxes; otherwise it is said that there is none.</summary>
    public bool TryFind(
        string text, IReadOnlyCollection<MailboxName> mailboxes, out MailboxName mailbox, out int failure)
    {
        failure = ExitCode.Ok;
        if ((TryName(text, out mailbox) && mailboxes.Contains(mailbox))
            || (MailboxName.TryFromValue(text, out mailbox) && mailboxes.Contains(mailbox)))
        {
            return true;
        }

        failure = terminal.Fail(
            ExitCode.DataError, $"there is no mailbox {text} in {settings.DataFolder}; see actormail mailbox list");
        return false;
    }

    /// <summary>A mailbox that need not be there.</summary>
    public bool TryFindOrMake(
        string text, IReadOnlyCollection<MailboxName> mailboxes, out MailboxName mailbox, out int failure)
    {
        failure = ExitCode.Ok;
        if (TryName(text, out mailbox) || (MailboxName.TryFromValue(text, out mailbox) && mailboxes.Contains(mailbox)))
            return true;
        failure = terminal.Fail(ExitCode.DataError, $"'{text}' is no address, such as bob@example.org");
        return false;
    }

    private bool TryName(string text, out MailboxName mailbox)
    {
        mailbox = default;
        if (!MailAddress.TryParse(text, out var address))
            return false;
        var full = address.HasDomain ? address : address with { Domain = settings.Auth.DefaultDomain ?? "" };
        return MailboxName.TryFrom(full, out mailbox);
    }
}
