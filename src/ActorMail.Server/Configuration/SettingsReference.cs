using System.Collections.Immutable;

namespace ActorMail.Server.Configuration;

/// <summary>The reference of every setting, as it is built into the program (<c>hocon/actormail.hocon</c>).</summary>
public sealed class SettingsReference
{
    public const string Root = "actormail";

    private const string ResourceName = "actormail.hocon";

    private static readonly Lazy<SettingsReference> Loaded = new(() => new SettingsReference(ReadText()));

    private SettingsReference(string text)
    {
        Text = text;
        var document = HoconReader.Read(ResourceName, text);
        if (document.Faults.Length > 0)
            throw new InvalidOperationException(document.Faults[0].ToString());

        Defaults = document.Entries.Where(entry => entry.Value is not null)
            .ToImmutableDictionary(entry => entry.Path, entry => entry.Value!);
        Keys = [.. document.Entries.Where(entry => entry.Value is not null).Select(entry => entry.Path)];
        Groups = [.. document.Entries.Where(entry => entry.Value is null).Select(entry => entry.Path)];
    }

    public static SettingsReference Instance => Loaded.Value;

    /// <summary>The commented text itself.</summary>
    public string Text { get; }

    /// <summary>Every key, in the order of the text.</summary>
    public ImmutableArray<string> Keys { get; }

    /// <summary>Keys that hold others: <c>actormail.smtp</c>.</summary>
    public ImmutableHashSet<string> Groups { get; }

    public ImmutableDictionary<string, SettingValue> Defaults { get; }

    private static string ReadText()
    {
        using var stream = typeof(SettingsReference).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The program was built without {ResourceName}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
