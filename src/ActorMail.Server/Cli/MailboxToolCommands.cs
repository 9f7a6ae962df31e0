using System.CommandLine;
using System.CommandLine.Parsing;
using ActorMail.Storage.Mailboxes.Transfer;

namespace ActorMail.Server.Cli;

/// <summary>The words of <c>actormail mailbox</c> that are for who runs a server.</summary>
internal sealed class MailboxToolCommands(ConfiguredCommands commands)
{
    private readonly Argument<string> _address = new("ADDRESS") { Description = "Such as bob@example.org" };
    private readonly Option<bool> _isQuiet = new("--quiet") { Description = "Show no progress" };

    public IEnumerable<Command> Create() => [Stat(), Check(), Rebuild(), Compact(), Export(), Import()];

    private static Option<string> Choice<T>(string description, T otherwise)
        where T : struct, Enum
    {
        var choice = new Option<string>("--format")
        {
            Description = description,
            DefaultValueFactory = _ => Word(otherwise),
        };
        choice.AcceptOnlyFromAmong([.. Enum.GetValues<T>().Select(Word)]);
        return choice;
    }

    private static void RequirePath(ArgumentResult argument)
    {
        if (argument.Tokens is [{ Value.Length: 0 }])
            argument.AddError("the path is empty");
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static T Chosen<T>(ParseResult given, Option<string> choice)
        where T : struct, Enum => Enum.Parse<T>(given.GetRequiredValue(choice), ignoreCase: true);

    private Command Stat()
    {
        var isJson = new Option<bool>("--json") { Description = "For another program" };
        var stat = commands.Create("stat", "Say how large a mailbox is, and its numbers", (settings, given) =>
            new MailboxStatCommand(settings, commands.Terminal)
                .Execute(given.GetRequiredValue(_address), given.GetValue(isJson)));
        stat.Add(_address);
        stat.Add(isJson);
        return stat;
    }

    private Command Check()
    {
        var address = new Argument<string?>("ADDRESS")
        {
            Description = "Such as bob@example.org",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var isAll = new Option<bool>("--all") { Description = "Every mailbox, and the data folder" };
        var check = commands.Create("check", "Compare a mailbox with its index; changes nothing", (settings, given) =>
        {
            var command = new MailboxCheckCommand(settings, commands.Terminal, given.GetValue(_isQuiet));
            return given.GetValue(address) is { } one ? command.One(one) : command.All();
        });
        check.Add(address);
        check.Add(isAll);
        check.Add(_isQuiet);
        check.Validators.Add(given =>
        {
            if (given.GetValue(isAll) == given.GetValue(address) is not null)
                given.AddError("either the address of a mailbox is wanted, or --all");
        });
        return check;
    }

    private Command Rebuild()
    {
        var rebuild = commands.Create(
            "rebuild", "Make the index of a mailbox anew from its file", (settings, given, cancellation) =>
                new MailboxUpkeepCommand(settings, commands.Terminal, given.GetValue(_isQuiet), cancellation)
                    .Rebuild(given.GetRequiredValue(_address)));
        rebuild.Add(_address);
        rebuild.Add(_isQuiet);
        return rebuild;
    }

    private Command Compact()
    {
        var compact = commands.Create(
            "compact", "Remove deleted mail from a mailbox file now", (settings, given, cancellation) =>
                new MailboxUpkeepCommand(settings, commands.Terminal, given.GetValue(_isQuiet), cancellation)
                    .Compact(given.GetRequiredValue(_address)));
        compact.Add(_address);
        compact.Add(_isQuiet);
        return compact;
    }

    private Command Export()
    {
        var path = new Argument<string>("PATH") { Description = "A file or folder that is made; - writes an mbox out" };
        var format = Choice("One mbox file, a Maildir, or a folder with a file a message", ExportFormat.Mbox);
        var mayReplace = new Option<bool>("--force") { Description = "Replace an earlier export" };
        var export = commands.Create(
            "export", "Write a mailbox into a file or folder", (settings, given, cancellation) =>
                new MailboxExportCommand(settings, commands.Terminal, given.GetValue(_isQuiet), cancellation).Execute(
                    given.GetRequiredValue(_address), given.GetRequiredValue(path), Chosen<ExportFormat>(given, format),
                    given.GetValue(mayReplace)));
        path.Validators.Add(RequirePath);
        export.Add(_address);
        export.Add(path);
        export.Add(format);
        export.Add(mayReplace);
        export.Add(_isQuiet);
        return export;
    }

    private Command Import()
    {
        var path = new Argument<string>("PATH") { Description = "An mbox file or a Maildir; - reads an mbox in" };
        var format = Choice("What it is; auto: a folder is a Maildir, a file is mboxrd", ImportFormat.Auto);
        var takesDuplicates = new Option<bool>("--duplicates")
        {
            Description = "Take messages that the mailbox has already",
        };
        var datesFromReceived = new Option<bool>("--received-dates")
        {
            Description = "Take the dates from Received fields",
        };
        var import = commands.Create(
            "import", "Take mail from an mbox file or a Maildir", (settings, given, cancellation) =>
                new MailboxImportCommand(settings, commands.Terminal, given.GetValue(_isQuiet), cancellation).Execute(
                    given.GetRequiredValue(_address), given.GetRequiredValue(path), Chosen<ImportFormat>(given, format),
                    given.GetValue(takesDuplicates), given.GetValue(datesFromReceived)));
        path.Validators.Add(RequirePath);
        import.Add(_address);
        import.Add(path);
        import.Add(format);
        import.Add(takesDuplicates);
        import.Add(datesFromReceived);
        import.Add(_isQuiet);
        return import;
    }
}
