using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using ActorMail.Actors.Net;

namespace ActorMail.Server.Configuration;

/// <summary>
/// The settings that are in force, read by key and type. A value that does not fit is noted as a fault and the reading
/// goes on with the default, so that all faults are found at once.
/// </summary>
public sealed class SettingValues(
    IReadOnlyDictionary<string, SettingValue> reference, IReadOnlyDictionary<string, SettingValue> given)
{
    /// <summary>The word for a value that depends on other settings.</summary>
    public const string Auto = "auto";

    private readonly List<SettingFault> _faults = [];
    private readonly List<SettingFault> _warnings = [];
    private readonly HashSet<string> _read = [];
    private readonly HashSet<string> _faulty = [];

    public IReadOnlyList<SettingFault> Faults => _faults;

    public IReadOnlyList<SettingFault> Warnings => _warnings;

    /// <summary>The keys that somebody asked for: all of the reference, or a setting would have no effect.</summary>
    public IReadOnlySet<string> Read => _read;

    public string Text(string key)
    {
        var value = Value(key);
        if (value.IsList)
            return Misfit(key, "one value, not a list", "");
        return value.Text.Any(char.IsControl) ? Misfit(key, "text without control characters", "") : value.Text;
    }

    public bool IsAuto(string key) => Value(key) is { IsList: false, Text: var text } && IsWord(text, Auto);

    /// <summary>True while the list is that of the reference, whoever gave it.</summary>
    public bool IsDefault(string key) =>
        !given.TryGetValue(key, out _) || List(key).SequenceEqual(new SettingValues(reference, reference).List(key));

    /// <summary>The elements of a list; one text is split at its commas, as in <c>--set</c>.</summary>
    public ImmutableArray<string> List(string key)
    {
        var value = Value(key);
        var items = value.IsList ? value.Items : [.. value.Text.Split(',')];
        return [.. items.Select(item => item.Trim()).Where(item => item.Length > 0)];
    }

    public bool Flag(string key) => Text(key).ToLowerInvariant() switch
    {
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" => false,
        _ => Misfit(key, "on or off", false),
    };

    public int Number(string key, int least, int most) =>
        int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
                ? number
                : Misfit(key, FormattableString.Invariant($"a whole number from {least} to {most}"), least);

    public long Size(string key, long least, long most) =>
        Units.TryParseSize(Text(key), out var octets) && octets >= least && octets <= most
            ? octets
            : Misfit(key, $"a size from {Units.FormatSize(least)} to {Units.FormatSize(most)}, such as 64KiB", least);

    public TimeSpan Duration(string key, TimeSpan least, TimeSpan most) =>
        Units.TryParseDuration(Text(key), out var duration) && duration >= least && duration <= most
            ? duration
            : Misfit(
                key,
                $"a duration from {Units.FormatDuration(least)} to {Units.FormatDuration(most)} with its unit, "
                + "such as 500ms, 5s or 10m",
                least);

    /// <summary>Who may use a file, as chmod(1) writes it: three octal digits, perhaps with a zero in front.</summary>
    public UnixFileMode FileMode(string key)
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var text = Text(key);
        if (text is not ([_, _, _] or ['0', _, _, _]) || text.Any(digit => digit is < '0' or > '7'))
            return Misfit(key, "the mode of a file in octal, such as 0660", Owner);

        var mode = (UnixFileMode)text.Aggregate(0, (sum, digit) => (sum * 8) + digit - '0');
        return (mode & Owner) == Owner ? mode : Misfit(key, "a mode that lets the owner read and write", Owner);
    }

    /// <summary>Hosts and networks.</summary>
    public NetworkSet Networks(string key)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var text in List(key))
        {
            if (NetworkSet.TryParse(text, out var network))
                networks.Add(network);
            else
                Refuse(key, $"expected addresses or networks, {NetworkSet.Examples}; found '{text}'");
        }

        return new NetworkSet(networks.ToImmutable());
    }

    /// <summary>One of a few words, in any case.</summary>
    public T Choice<T>(string key, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        var text = Text(key);
        foreach (var (word, value) in choices)
        {
            if (IsWord(text, word))
                return value;
        }

        var words = string.Join(", ", choices.ToArray().Select(choice => choice.Word));
        return Misfit(key, $"one of {words}", choices[0].Value);
    }

    /// <summary>Notes a fault of a setting that fits its type and yet will not do.</summary>
    public void Refuse(string key, string text)
    {
        _faulty.Add(key);
        _faults.Add(new SettingFault(WhereOf(key), key, text));
    }

    public void Warn(string key, string text) => _warnings.Add(new SettingFault(WhereOf(key), key, text));

    /// <summary>True while nothing is wrong with these settings: only then can they disagree with each other.</summary>
    public bool AreSound(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (_faulty.Contains(key))
                return false;
        }

        return true;
    }

    private static bool IsWord(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private SettingValue Value(string key)
    {
        _read.Add(key);
        return given.TryGetValue(key, out var value) ? value : reference[key];
    }

    private string WhereOf(string key) => given.TryGetValue(key, out var value) ? value.Where : "default";

    private T Misfit<T>(string key, string expected, T fallback)
    {
        // A list where one value was expected is noted once, not again for each way to read it.
        if (_faulty.Add(key))
            _faults.Add(new SettingFault(WhereOf(key), key, $"expected {expected}, found '{Value(key).Text}'"));
        return fallback;
    }
}
