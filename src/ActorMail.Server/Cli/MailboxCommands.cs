using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ActorMail.Server.Cli;

/// <summary>The words of <c>actormail mailbox</c>.</summary>
internal static class MailboxCommands
{
    public static Command Create(ConfiguredCommands commands)
    {
        var address = new Argument<string>("ADDRESS") { Description = "Such as bob@example.org" };
        var number = new Argument<int?>("N")
        {
            Description = "The number of a message, to see its text",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = ParseNumber,
        };
        var isSure = new Option<bool>("--yes") { Description = "Do not ask" };
        var list = commands.Create("list", "List the mailboxes with their messages and size", (settings, _) =>
            new MailboxCommand(settings, commands.Terminal).List());
        var show = commands.Create("show", "List the messages of a mailbox, or show one", (settings, given) =>
            new MailboxCommand(settings, commands.Terminal)
                .Show(given.GetRequiredValue(address), given.GetValue(number)));
        var clear = commands.Create("clear", "Delete all messages of a mailbox", (settings, given) =>
            new MailboxCommand(settings, commands.Terminal)
                .Clear(given.GetRequiredValue(address), given.GetValue(isSure)));
        show.Add(address);
        show.Add(number);
        clear.Add(address);
        clear.Add(isSure);

        var mailbox = new Command("mailbox", "See and empty mailboxes, check, export and import them")
        {
            list, show, clear,
        };
        foreach (var tool in new MailboxToolCommands(commands).Create())
            mailbox.Add(tool);
        return mailbox;
    }

    private static int? ParseNumber(ArgumentResult argument)
    {
        var text = argument.Tokens.Count > 0 ? argument.Tokens[0].Value : "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            return number;

        argument.AddError($"'{text}' is not the number of a message; actormail mailbox show ADDRESS lists them from 1");
        return null;
    }
}
