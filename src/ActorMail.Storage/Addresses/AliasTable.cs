using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ActorMail.Storage.Addresses;

/// <summary>
/// The text of a table of aliases: an entry a line; a line that begins with a blank goes on with the one before it; an
/// empty line, or one whose first character is <c>#</c>, says nothing.
/// </summary>
public static class AliasTable
{
    /// <summary>Never throws; what is wrong in one line hides nothing of the others.</summary>
    public static (ImmutableArray<AliasEntry> Entries, ImmutableArray<AliasFault> Faults) Read(string text)
    {
        var reader = new Reader();
        var number = 0;
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            var line = raw.TrimEnd(' ', '\t', '\r');
            if (line.TrimStart(' ', '\t') is not ([] or ['#', ..]))
                reader.Take(number, line);
        }

        return reader.Result();
    }

    private sealed class Reader
    {
        private readonly ImmutableArray<AliasEntry>.Builder _entries = ImmutableArray.CreateBuilder<AliasEntry>();
        private readonly ImmutableArray<AliasFault>.Builder _faults = ImmutableArray.CreateBuilder<AliasFault>();
        private readonly StringBuilder _text = new();
        private int _first;

        public void Take(int number, string line)
        {
            if (line[0] is not (' ' or '\t'))
            {
                Finish();
                _first = number;
            }
            else if (_first == 0)
            {
                _faults.Add(new AliasFault(At(number), "begins with a blank and has no line to go on with"));
                return;
            }

            _text.Append(_text.Length == 0 ? "" : " ").Append(line.TrimStart(' ', '\t'));
        }

        public (ImmutableArray<AliasEntry> Entries, ImmutableArray<AliasFault> Faults) Result()
        {
            Finish();
            return (_entries.ToImmutable(), _faults.ToImmutable());
        }

        private static string At(int number) => string.Create(CultureInfo.InvariantCulture, $"line {number}");

        private void Finish()
        {
            if (_text.Length == 0)
                return;

            if (AliasEntry.TryParse(At(_first), _text.ToString(), out var entry, out var fault))
                _entries.Add(entry);
            else
                _faults.Add(new AliasFault(At(_first), fault));
            _text.Clear();
        }
    }
}
