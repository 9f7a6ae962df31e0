using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace ActorMail.Storage.Addresses;

/// <summary>
/// One alias as it was written, <c>name: target, target</c>: the name is an address, a local part, or <c>@domain</c>
/// for all that nobody else has in a domain. What it means is the business of <see cref="AddressBook"/>.
/// </summary>
/// <param name="Where">The line of a table; empty for the settings.</param>
public sealed record AliasEntry(string Where, string Name, ImmutableArray<string> Targets)
{
    /// <summary>Reads one entry; quotes and brackets may hold a colon or a comma.</summary>
    public static bool TryParse(
        string where, string text, [NotNullWhen(true)] out AliasEntry? entry, [NotNullWhen(false)] out string? fault)
    {
        (entry, fault) = (null, null);
        var parts = Split(text, ':', most: 2);
        if (parts is not [var name, var rest] || name.Length == 0)
        {
            fault = $"expected an alias such as sales@example.org: ann@example.org, bob@example.org; found '{text}'";
            return false;
        }

        ImmutableArray<string> targets = [.. Split(rest, ',', most: int.MaxValue)];
        if (targets.Contains(""))
        {
            fault = $"{name} lacks a target{(targets.Length == 1 ? "" : " between two commas or at an end")}";
            return false;
        }

        entry = new AliasEntry(where, name, targets);
        return true;
    }

    private static List<string> Split(string text, char separator, int most)
    {
        var (parts, start, isQuoted, isLiteral) = (new List<string>(), 0, false, false);
        for (var i = 0; i < text.Length && parts.Count < most - 1; i++)
        {
            if (text[i] == '\\' && isQuoted)
                i++;
            else if (text[i] == '"')
                isQuoted = !isQuoted;
            else if (text[i] is '[' or ']' && !isQuoted)
                isLiteral = text[i] == '[';
            else if (text[i] == separator && !isQuoted && !isLiteral)
                (start, _) = (i + 1, Add(i));
        }

        Add(text.Length);
        return parts;

        int Add(int end)
        {
            parts.Add(text[start..end].Trim(' ', '\t'));
            return end;
        }
    }
}
