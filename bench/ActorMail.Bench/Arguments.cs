using System.Globalization;
using System.Net;

namespace ActorMail.Bench;

/// <summary>The words behind a subcommand: <c>--name value</c>, each with a default.</summary>
public sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>Throws <see cref="ArgumentException"/> when a word is no name or a name has no value.</summary>
    public Arguments(ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i += 2)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == words.Length)
                throw new ArgumentException($"--name value is expected at '{words[i]}'");
            _values[words[i][2..]] = words[i + 1];
        }
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out var text) ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : otherwise;

    public IPEndPoint Server(string name) =>
        _values.TryGetValue(name, out var text) ? IPEndPoint.Parse(text)
        : throw new ArgumentException($"--{name} ADDRESS:PORT is missing");
}
