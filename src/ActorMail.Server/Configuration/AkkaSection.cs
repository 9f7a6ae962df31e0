using Akka.Configuration;

namespace ActorMail.Server.Configuration;

/// <summary>
/// The <c>akka</c> section of a settings file on its way to Akka, whose reader can hang on text that it does not
/// understand: it works on a thread of its own and is given up after a while.
/// </summary>
internal static class AkkaSection
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    public static Config Parse(string text, string where, ICollection<SettingFault> faults) =>
        Parse(text, where, faults, ConfigurationFactory.ParseString, TimeLimit);

    public static Config Parse(
        string text, string where, ICollection<SettingFault> faults, Func<string, Config> parser, TimeSpan limit)
    {
        var (config, problem) = (Config.Empty, "");
        var worker = new Thread(() => config = Attempt(text, parser, out problem))
        {
            // An abandoned reader must not keep the process alive.
            IsBackground = true,
        };
        worker.Start();
        if (!worker.Join(limit))
        {
            faults.Add(new SettingFault(where, "akka", "Akka's reader does not finish with this section"));
            return Config.Empty;
        }

        if (problem.Length > 0)
            faults.Add(new SettingFault(where, "akka", problem));
        return config;
    }

    /// <summary>This version runs on one node; a setting that says otherwise is not passed over in silence.</summary>
    public static void Check(HoconEntry entry, ICollection<SettingFault> faults)
    {
        if (entry.Path is "akka.remote" or "akka.cluster"
            || entry.Path.StartsWith("akka.remote.", StringComparison.Ordinal)
            || entry.Path.StartsWith("akka.cluster.", StringComparison.Ordinal))
        {
            faults.Add(new SettingFault(entry.Where, entry.Path, "not available: this version runs on one node"));
        }
        else if (entry is { Path: "akka.actor.provider", Value: { } provider }
            && !provider.Text.Equals("local", StringComparison.OrdinalIgnoreCase))
        {
            faults.Add(new SettingFault(
                entry.Where, entry.Path, $"expected local, found '{provider.Text}': this version runs on one node"));
        }
    }

    private static Config Attempt(string text, Func<string, Config> parser, out string problem)
    {
        try
        {
            problem = "";
            return parser(text);
        }
        catch (Exception fault)
        {
            problem = $"this section is refused by Akka's reader: {fault.Message}";
            return Config.Empty;
        }
    }
}
