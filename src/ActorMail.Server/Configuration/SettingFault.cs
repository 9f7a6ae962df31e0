using ActorMail.Server.Logging;

namespace ActorMail.Server.Configuration;

/// <summary>
/// What is wrong with a setting, and where it was given: <paramref name="Where"/> is <c>file:line</c>, <c>--set</c> or
/// the name of a variable; <paramref name="Key"/> is empty where the text could not be read as far as a key.
/// </summary>
public sealed record SettingFault(string Where, string Key, string Text)
{
    /// <summary>One line for the terminal; what the user typed cannot break it.</summary>
    public override string ToString()
    {
        var parts = new[] { Where, Key, Text }.Where(part => part.Length > 0);
        return PrintableText.Escape(string.Join(": ", parts));
    }
}
