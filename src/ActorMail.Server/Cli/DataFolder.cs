using ActorMail.Server.Configuration;

namespace ActorMail.Server.Cli;

/// <summary>The data folder, which is not for the files of commands.</summary>
internal static class DataFolder
{
    public static bool Holds(ServerSettings settings, string path)
    {
        var folder = Path.TrimEndingDirectorySeparator(settings.DataFolder) + Path.DirectorySeparatorChar;
        return (Path.GetFullPath(path) + Path.DirectorySeparatorChar).StartsWith(folder, StringComparison.Ordinal);
    }
}
