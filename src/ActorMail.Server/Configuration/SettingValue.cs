using System.Collections.Immutable;

namespace ActorMail.Server.Configuration;

/// <summary>
/// A setting as it was given, before anybody asked for its type: one text, or a list of them.
/// </summary>
public sealed record SettingValue(string Where, ImmutableArray<string> Items, bool IsList)
{
    public static SettingValue OfText(string where, string text) => new(where, [text], IsList: false);

    /// <summary>How the value is shown to the user.</summary>
    public string Text => string.Join(",", Items);
}
