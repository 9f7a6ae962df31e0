using System.Collections.Immutable;
using System.Text;
using ActorMail.Protocols.Wire;
using Akka.Configuration;

namespace ActorMail.Server.Configuration;

/// <summary>
/// Makes settings from their sources: the reference, then files, then the environment, then <c>--set</c>, a later one
/// winning over an earlier one. Finds everything that is wrong in one go.
/// </summary>
public sealed class SettingsLoader
{
    private const int MaxFileSize = 1024 * 1024;
    private const string VariablePrefix = "ACTORMAIL__";

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly SettingsReference _reference = SettingsReference.Instance;
    private readonly Dictionary<string, SettingValue> _given = [];
    private readonly List<SettingFault> _faults = [];
    private Config _akka = Config.Empty;
    private bool _isIncomplete;

    private SettingsLoader()
    {
    }

    /// <summary>Never throws on what a user can do wrong: a file that cannot be read is a fault like another.</summary>
    public static SettingsResult Load(SettingsSources sources)
    {
        var loader = new SettingsLoader();
        foreach (var file in sources.Files)
            loader.AddFile(file, sources.WorkingFolder);
        foreach (var variable in sources.Environment)
            loader.AddVariable(variable.Key, variable.Value);
        foreach (var assignment in sources.Assignments)
            loader.AddAssignment(assignment);
        return loader.Bind(sources);
    }

    private void AddFile(string name, string workingFolder)
    {
        if (!TryReadFile(name, workingFolder, out var text))
        {
            _isIncomplete = true;
            return;
        }

        var document = HoconReader.Read(name, text);
        _faults.AddRange(document.Faults);
        // Where the structure is broken, keys would be reported in groups that they do not belong to.
        if (document.Faults.Length > 0)
        {
            _isIncomplete = true;
            return;
        }

        var refused = new List<string>();
        foreach (var entry in document.Entries)
            AddEntry(entry, refused);
        if (document.AkkaText.Length > 0)
            _akka = AkkaSection.Parse(document.AkkaText, name, _faults).WithFallback(_akka);
    }

    private bool TryReadFile(string name, string workingFolder, out string text)
    {
        text = "";
        var problem = "";
        try
        {
            var path = Path.GetFullPath(name, workingFolder);
            if (Directory.Exists(path))
                problem = "is a folder; --config takes a file";
            else if (new FileInfo(path).Length > MaxFileSize)
                problem = "is larger than 1 MiB; is it a settings file?";
            else
                text = StrictUtf8.GetString(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = "no such file";
        }
        catch (DecoderFallbackException)
        {
            problem = "is not UTF-8 text";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = $"cannot be read: {fault.Message}";
        }

        if (problem.Length > 0)
            _faults.Add(new SettingFault(name, "", problem));
        return problem.Length == 0;
    }

    private void AddEntry(HoconEntry entry, List<string> refused)
    {
        // A group that was reported stands for everything in it.
        if (refused.Exists(group => IsBelow(entry.Path, group)))
            return;

        if (IsBelow(entry.Path, "akka"))
        {
            AkkaSection.Check(entry, _faults);
        }
        else if (entry.Value is not null)
        {
            Add(entry.Path, entry.Value);
        }
        else if (_reference.Defaults.ContainsKey(entry.Path))
        {
            refused.Add(entry.Path);
            _faults.Add(new SettingFault(entry.Where, entry.Path, "takes a value, not a group in braces"));
        }
        else if (!_reference.Groups.Contains(entry.Path))
        {
            refused.Add(entry.Path);
            _faults.Add(Unknown(entry.Where, entry.Path, _reference.Groups));
        }
    }

    private void AddVariable(string name, string value)
    {
        if (!name.StartsWith(VariablePrefix, StringComparison.OrdinalIgnoreCase))
            return;

        var path = name[VariablePrefix.Length..].ToLowerInvariant()
            .Replace("__", ".", StringComparison.Ordinal).Replace('_', '-');
        Add($"{SettingsReference.Root}.{path}", SettingValue.OfText(name, value));
    }

    private void AddAssignment(string assignment)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0)
            Add(assignment[..equals].Trim(), SettingValue.OfText("--set", assignment[(equals + 1)..].Trim()));
        else
            _faults.Add(new SettingFault("--set", "", $"expected PATH=VALUE, found '{assignment}'"));
    }

    private void Add(string key, SettingValue value)
    {
        if (_reference.Defaults.ContainsKey(key))
            _given[key] = value;
        else if (_reference.Groups.Contains(key))
            _faults.Add(new SettingFault(value.Where, key, "is a group of settings, not one with a value"));
        else if (IsBelow(key, "akka"))
            _faults.Add(new SettingFault(value.Where, key, "settings of Akka stand in a file given with --config"));
        else
            _faults.Add(Unknown(value.Where, key, _reference.Keys));
    }

    private static SettingFault Unknown(string where, string key, IEnumerable<string> known)
    {
        var meant = Suggestion.Find(key, known);
        return new SettingFault(where, key, "unknown setting" + (meant is null ? "" : $"; did you mean {meant}?"));
    }

    private static bool IsBelow(string key, string group) =>
        key == group || key.StartsWith(group + ".", StringComparison.Ordinal);

    private SettingsResult Bind(SettingsSources sources)
    {
        var values = new SettingValues(_reference.Defaults, _given);
        // What a broken file says is unknown: nothing can be held against the rest for not agreeing with it.
        var settings = SettingsBinder.Bind(values, sources, checksRules: !_isIncomplete) with
        {
            Akka = _akka,
            Changes =
            [
                .. _reference.Keys
                    .Where(key => _given.TryGetValue(key, out var value) && value.Text != _reference.Defaults[key].Text)
                    .Select(key => (key, _given[key])),
            ],
        };
        ImmutableArray<SettingFault> faults = [.. _faults, .. values.Faults];
        return new SettingsResult(faults.IsEmpty ? settings : null, faults, [.. values.Warnings]);
    }
}
