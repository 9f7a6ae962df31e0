using System.CommandLine;
using ActorMail.Server.Configuration;

namespace ActorMail.Server.Cli;

/// <summary>What every command has in common: it begins with sound settings, or ends with all their faults.</summary>
internal sealed class ConfiguredCommands(Terminal terminal)
{
    private readonly SettingsArguments _arguments = new();

    public Terminal Terminal => terminal;

    public void AddOptionsTo(RootCommand root) => _arguments.AddTo(root);

    public SettingsSources Sources(ParseResult arguments) => _arguments.Sources(arguments);

    /// <summary>A command that is done at once.</summary>
    public Command Create(string name, string description, Func<ServerSettings, ParseResult, int> action) =>
        Create(name, description, (settings, arguments, _) => action(settings, arguments));

    /// <summary>A command that takes its time, and may be told to end.</summary>
    public Command Create(
        string name, string description, Func<ServerSettings, ParseResult, CancellationToken, int> action)
    {
        var command = new Command(name, description);
        command.SetAction((arguments, cancellation) => Run(
            Sources(arguments),
            showsWarnings: false,
            settings => Task.FromResult(action(settings, arguments, cancellation))));
        return command;
    }

    public Task<int> Run(SettingsSources sources, bool showsWarnings, Func<ServerSettings, Task<int>> action)
    {
        var result = SettingsLoader.Load(sources);
        foreach (var warning in showsWarnings ? result.Warnings : [])
            terminal.Error.WriteLine($"warning: {warning}");
        if (result.Settings is not null)
            return action(result.Settings);

        foreach (var fault in result.Faults)
            terminal.Error.WriteLine(fault);
        var count = result.Faults.Length == 1 ? "one fault" : $"{result.Faults.Length} faults";
        return Task.FromResult(
            terminal.Fail(ExitCode.Configuration, $"{count} in the configuration; nothing was started"));
    }
}
