using System.CommandLine;
using System.CommandLine.Parsing;
using ActorMail.Server.Configuration;

namespace ActorMail.Server.Cli;

/// <summary><c>--config</c> and <c>--set</c>, which every command takes, before its name or behind it.</summary>
internal sealed class SettingsArguments
{
    private readonly Option<string[]> _files = new("--config")
    {
        Description = "Read settings from this file (HOCON); the last file wins",
        HelpName = "FILE",
        Recursive = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string[]> _assignments = new("--set")
    {
        Description = "Set one setting, over files and environment; lists have commas",
        HelpName = "PATH=VALUE",
        Recursive = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public SettingsArguments() => _assignments.Validators.Add(RequirePath);

    public void AddTo(Command command)
    {
        command.Add(_files);
        command.Add(_assignments);
    }

    public SettingsSources Sources(ParseResult arguments) => SettingsSources.OfProcess(
        arguments.GetValue(_files) ?? [], arguments.GetValue(_assignments) ?? []);

    private static void RequirePath(OptionResult option)
    {
        foreach (var token in option.Tokens)
        {
            if (token.Value.IndexOf('=', StringComparison.Ordinal) < 1)
            {
                option.AddError(
                    $"--set takes PATH=VALUE, such as actormail.smtp.listen=127.0.0.1:2525; found '{token.Value}'");
            }
        }
    }
}
