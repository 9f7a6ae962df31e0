using System.Collections.Immutable;
using ActorMail.Server.Configuration;

namespace ActorMail.Server.Tests.Configuration;

/// <summary>Loads settings from a folder of its own, with the environment and the machine that a test wants.</summary>
public abstract class SettingsFixture : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("actormail-settings-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string Write(string name, string text)
    {
        File.WriteAllText(Path.Join(Folder, name), text);
        return name;
    }

    protected SettingsSources Sources(params string[] assignments) => new()
    {
        Assignments = [.. assignments],
        WorkingFolder = Folder,
        MachineName = "mx.example.net",
    };

    protected static ServerSettings Accept(SettingsSources sources)
    {
        var result = SettingsLoader.Load(sources);
        Assert.Equal([], Show(result.Faults));
        return result.Settings!;
    }

    protected ServerSettings Accept(params string[] assignments) => Accept(Sources(assignments));

    protected static string[] Refuse(SettingsSources sources)
    {
        var result = SettingsLoader.Load(sources);
        Assert.Null(result.Settings);
        return Show(result.Faults);
    }

    protected string[] Refuse(params string[] assignments) => Refuse(Sources(assignments));

    protected string[] Warnings(params string[] assignments) =>
        Show(SettingsLoader.Load(Sources(assignments)).Warnings);

    private static string[] Show(ImmutableArray<SettingFault> faults) => [.. faults.Select(fault => fault.ToString())];
}
