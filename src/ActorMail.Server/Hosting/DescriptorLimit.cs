using System.Globalization;
using ActorMail.Actors.Net;

namespace ActorMail.Server.Hosting;

/// <summary>
/// Keeps clients from taking every file descriptor of the process (RLIMIT_NOFILE): without any, neither mailboxes nor
/// threads can be opened, and the runtime ends the process.
/// </summary>
internal static class DescriptorLimit
{
    private const string LimitsFile = "/proc/self/limits";
    private const string Key = "Max open files";

    /// <summary>For the runtime, listeners, and mailboxes, which take two each.</summary>
    private const int Reserve = 256;
    private const int FewestConnections = 16;

    /// <summary>As many connections as descriptors allow; the same options where that is no limit.</summary>
    public static ConnectionOptions Fit(ConnectionOptions options) => Fit(options, Read());

    public static ConnectionOptions Fit(ConnectionOptions options, long? descriptors)
    {
        if (descriptors is not { } limit)
            return options;

        var most = Math.Max(FewestConnections, limit - Math.Max(Reserve, limit / 4));
        return options.MaxConnections <= most ? options : options with { MaxConnections = (int)most };
    }

    /// <summary>Null where the system does not say.</summary>
    private static long? Read()
    {
        if (!File.Exists(LimitsFile))
            return null;

        var line = File.ReadAllLines(LimitsFile).FirstOrDefault(it => it.StartsWith(Key, StringComparison.Ordinal));
        var soft = line?[Key.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }
}
