using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Reflection;
using ActorMail.Protocols.Wire;
using ActorMail.Server.Logging;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Server.Cli;

/// <summary>The commands of <c>actormail</c>, and what they have in common: settings, faults, exit codes.</summary>
public sealed class CommandLine
{
    private readonly ConfiguredCommands _commands;
    private readonly Terminal _terminal;

    private CommandLine(Terminal terminal) => (_terminal, _commands) = (terminal, new ConfiguredCommands(terminal));

    /// <summary>The version of the program, without build metadata.</summary>
    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    /// <summary>Runs one command to its end; <paramref name="cancellation"/> ends a server as Ctrl-C does.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellation = default)
    {
        var parsed = new CommandLine(terminal).Root().Parse(
            arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            // After a word that is unknown, nothing that follows is known either.
            if (parsed.UnmatchedTokens.Count > 0)
            {
                var unknown = parsed.UnmatchedTokens[0];
                return terminal.Fail(ExitCode.Usage, $"'{unknown}' is not known here; {Hint(parsed)}");
            }

            foreach (var error in parsed.Errors)
                terminal.Fail(ExitCode.Usage, error.Message);
            return terminal.Fail(ExitCode.Usage, Hint(parsed));
        }

        var invocation = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            // Ctrl-C belongs to the host, which drains the sessions; the other commands just end.
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        catch (Exception fault)
        {
            return Explain(fault, terminal);
        }
    }

    /// <summary>What the world refused is told in a line; what should not have happened, in full.</summary>
    internal static int Explain(Exception fault, Terminal terminal)
    {
        switch (fault)
        {
            case StoreInUseException:
                return terminal.Fail(ExitCode.TemporaryFailure, fault.Message);
            case IOException or UnauthorizedAccessException:
                return terminal.Fail(ExitCode.InputOutput, fault.Message);
            default:
                foreach (var line in fault.ToString().Split(Environment.NewLine))
                    terminal.Error.WriteLine(PrintableText.Escape(line));
                return terminal.Fail(ExitCode.Software, "a fault of the program; please report the lines above");
        }
    }

    private static string Hint(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = new List<string>();
        for (SymbolResult? part = parsed.CommandResult; part is CommandResult { Command: not RootCommand } given;)
        {
            path.Insert(0, given.Command.Name);
            part = given.Parent;
        }

        string[] options = ["--config", "--set", "--help", "--version"];
        var words = command.Subcommands.Select(known => known.Name).Concat(options);
        var meant = parsed.UnmatchedTokens.Count > 0 ? Suggestion.Find(parsed.UnmatchedTokens[0], words) : null;
        var help = $"see {string.Join(' ', path.Prepend("actormail"))} --help";
        return meant is null ? help : $"did you mean {meant}? {help}";
    }

    private RootCommand Root()
    {
        var root = new RootCommand("ActorMail, a mail server: SMTP in, one mbox file for each address, POP3 out.");
        root.Directives.Clear();
        _commands.AddOptionsTo(root);
        root.Add(Command("run", "Start the server (also without a command); Ctrl-C drains and stops it", Run));
        root.Add(Command("demo", "Play a whole story on a server of its own and print the dialogs", Demo));
        root.Add(Command("check-config", "Say whether the server would start with these settings", CheckConfig));
        root.Add(UserCommands.Create(_commands));
        root.Add(AddressOf());
        root.Add(CertificateCommands.Create(_commands));
        root.Add(MailboxCommands.Create(_commands));
        root.SetAction(Run);
        foreach (var option in root.Options)
        {
            if (option is VersionOption)
                (option.Description, option.Action) = ("Show the version", new Say($"actormail {Version}"));
            else if (option is HelpOption { Action: HelpAction help })
                (option.Description, option.Action) = ("Show this help", new HelpPage(help));
        }

        return root;
    }

    private Command AddressOf()
    {
        var address = new Argument<string>("ADDRESS") { Description = "Such as sales@example.org" };
        var command = _commands.Create("address", "Say where mail to an address goes", (settings, given) =>
            new AddressCommand(settings, _terminal).Show(given.GetRequiredValue(address)));
        command.Add(address);
        return command;
    }

    private static Command Command(
        string name, string description, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description);
        command.SetAction(action);
        return command;
    }

    private Task<int> Run(ParseResult arguments, CancellationToken cancellation) =>
        _commands.Run(
            _commands.Sources(arguments),
            showsWarnings: true,
            settings => RunCommand.Execute(settings, _terminal, cancellation));

    private async Task<int> Demo(ParseResult arguments, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder("actormail-demo");
        var sources = DemoCommand.Isolate(_commands.Sources(arguments), folder.Path);
        return await _commands.Run(
            sources, showsWarnings: false, settings => DemoCommand.Execute(settings, _terminal, cancellation));
    }

    private Task<int> CheckConfig(ParseResult arguments, CancellationToken cancellation) =>
        _commands.Run(
            _commands.Sources(arguments),
            showsWarnings: true,
            settings => Task.FromResult(CheckConfigCommand.Execute(settings, _terminal)));

    private sealed class Say(string text) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(text);
            return ExitCode.Ok;
        }
    }

    private sealed class HelpPage(HelpAction help) : SynchronousCommandLineAction
    {
        private const string Examples = """
            Examples:
              actormail                                     SMTP on port 2525, POP3 on 2110, mail in ./data
              actormail --config my.hocon                   with your own settings
              actormail --set actormail.smtp.listen=127.0.0.1:2500,[::1]:2500
              ACTORMAIL__LOG__LEVEL=debug actormail         a setting as a variable: __ for . and _ for -
              actormail user add bob@example.org            a user for accounts.mode = file
              actormail address sales@example.org           where mail to an address goes
              actormail cert show                           the certificates and their fingerprints
              actormail mailbox show bob@example.org 1      the first message of a mailbox

            Exit codes:
              0 done   1 findings   64 wrong usage   65 no such user or mailbox   66 nothing to read
              69 port in use   70 internal error   73 cannot write there   74 disk error
              75 data folder in use, or interrupted   78 configuration

            """;

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RootCommand)
                parseResult.InvocationConfiguration.Output.WriteLine(Examples);
            return ExitCode.Ok;
        }
    }
}
