using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ActorMail.Server.Configuration;

/// <summary>
/// Reads the part of HOCON that a settings file may use, strictly, and knows the line of everything. Akka's own reader
/// passes rubbish and a missing brace in silence and hangs on <c>[::1]:0</c>, so nothing reaches it that was not
/// understood here.
/// </summary>
public sealed class HoconReader
{
    private const int MaxDepth = 32;
    private const int MaxFaults = 20;

    private readonly string _name;
    private readonly HoconCursor _cursor;
    private readonly Stack<Scope> _scopes = new();
    private readonly ImmutableArray<HoconEntry>.Builder _entries = ImmutableArray.CreateBuilder<HoconEntry>();
    private readonly ImmutableArray<SettingFault>.Builder _faults = ImmutableArray.CreateBuilder<SettingFault>();
    private readonly StringBuilder _akka = new();
    private string _root = "";
    private bool _isLost;

    private HoconReader(string name, string text) => (_name, _cursor) = (name, new HoconCursor(text));

    /// <summary>Never throws; <paramref name="name"/> is the file's name as the user gave it.</summary>
    public static HoconDocument Read(string name, string text)
    {
        var reader = new HoconReader(name, text.TrimStart('\uFEFF'));
        if (!reader.RefuseControls(text))
            reader.ReadAll();
        return new HoconDocument(
            reader._entries.ToImmutable(), reader._faults.ToImmutable(), reader._akka.ToString());
    }

    private bool RefuseControls(string text)
    {
        var line = 1;
        for (var i = 0; i < text.Length; i++)
        {
            line += text[i] == '\n' ? 1 : 0;
            var isLineEnd = text[i] == '\n' || (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n');
            if (char.IsControl(text[i]) && text[i] != '\t' && !isLineEnd)
            {
                var code = ((int)text[i]).ToString("X4", CultureInfo.InvariantCulture);
                Fault(line, "", $"holds the control character U+{code}; is it a text file?");
                return true;
            }
        }

        return false;
    }

    private void ReadAll()
    {
        var start = 0;
        while (!_isLost && _faults.Count < MaxFaults)
        {
            _cursor.SkipBetween();
            if (_cursor.AtEnd)
                break;

            start = _scopes.Count == 0 ? _cursor.Position : start;
            if (_cursor.Current is '}' or ']')
                Close();
            else if (_scopes.Count > 0 && _scopes.Peek().IsList)
                ReadElement();
            else
                ReadField();

            if (_scopes.Count == 0 && (_root == "akka" || _root.StartsWith("akka.", StringComparison.Ordinal)))
                _akka.Append(_cursor.TextSince(start)).Append('\n');
        }

        foreach (var scope in _isLost ? [] : _scopes.Reverse())
            Fault(scope.Line, "", $"the {(scope.IsList ? '[' : '{')} of {scope.Path} is never closed");
    }

    private void ReadField()
    {
        var line = _cursor.Line;
        if (!TryReadKey(out var key))
        {
            Misread(line);
            return;
        }

        var path = _scopes.TryPeek(out var scope) ? $"{scope.Path}.{key}" : _root = key;
        _cursor.SkipBlanks();
        if (_cursor.IsAt("+="))
        {
            Fault(line, path, "+= is not supported; write the whole list with =");
            _cursor.SkipRestOfLine();
        }
        else if (_cursor.Current is '=' or ':')
        {
            _cursor.Take();
            _cursor.SkipBlanks();
            ReadValue(line, path);
        }
        else if (_cursor.Current == '{')
        {
            Open(line, path, isList: false);
        }
        else if (key == "include")
        {
            Fault(line, "", "include is not supported; name each file with --config");
            _cursor.SkipRestOfLine();
        }
        else
        {
            Misread(line, key);
        }
    }

    private void ReadValue(int line, string path)
    {
        if (HoconScalar.TrySkipAddress(_cursor, out var address))
        {
            Fault(line, path, $"an IPv6 address needs double quotes: [\"{address}\"]");
            ExpectEnd(line, path);
        }
        else if (_cursor.Current is '{' or '[')
        {
            Open(line, path, isList: _cursor.Current == '[');
        }
        else if (HoconScalar.TryRead(_cursor, out var value, out var fault))
        {
            _entries.Add(new HoconEntry(path, At(line), SettingValue.OfText(At(line), value)));
            ExpectEnd(line, path);
        }
        else
        {
            Fault(line, path, fault);
        }
    }

    private void ReadElement()
    {
        var (line, list) = (_cursor.Line, _scopes.Peek());
        if (HoconScalar.TrySkipAddress(_cursor, out var address))
            Fault(line, list.Path, $"an IPv6 address needs double quotes: \"{address}\"");
        else if (_cursor.Current is '{' or '[')
            Open(line, list.Path, isList: _cursor.Current == '[');
        else if (HoconScalar.TryRead(_cursor, out var value, out var fault))
            list.Items.Add(value);
        else
            Fault(line, list.Path, fault);

        if (!_isLost && ReferenceEquals(_scopes.Peek(), list))
            ExpectEnd(line, list.Path);
    }

    private void Open(int line, string path, bool isList)
    {
        _cursor.Take();
        if (_scopes.Count == MaxDepth)
        {
            Fault(line, path, "is nested too deep");
            _isLost = true;
            return;
        }

        if (!isList)
            _entries.Add(new HoconEntry(path, At(line), Value: null));
        _scopes.Push(new Scope(line, path, isList, []));
    }

    private void Close()
    {
        var (line, isList) = (_cursor.Line, _cursor.Take() == ']');
        if (!_scopes.TryPop(out var scope))
        {
            Fault(line, "", $"this {(isList ? ']' : '}')} closes nothing");
            _isLost = true;
        }
        else if (scope.IsList != isList)
        {
            Fault(line, scope.Path, string.Create(
                CultureInfo.InvariantCulture,
                $"found {(isList ? ']' : '}')} where the {(scope.IsList ? '[' : '{')} of line {scope.Line} is open"));
            _isLost = true;
        }
        else
        {
            if (isList && !(_scopes.TryPeek(out var outer) && outer.IsList))
                AddList(scope);
            ExpectEnd(line, scope.Path);
        }
    }

    private void AddList(Scope list)
    {
        var where = At(list.Line);
        _entries.Add(new HoconEntry(list.Path, where, new SettingValue(where, [.. list.Items], IsList: true)));
    }

    /// <summary>A path of words and quoted words: <c>smtp.listen</c>, <c>"/user/mail".router</c>.</summary>
    private bool TryReadKey(out string key)
    {
        var parts = new List<string>();
        key = "";
        do
        {
            if (parts.Count > 0)
                _cursor.Take();
            var start = _cursor.Position;
            if (_cursor.Current == '"')
            {
                if (!HoconScalar.TryRead(_cursor, out var quoted, out _))
                    return false;
                // A dot inside quotes separates nothing; the quotes stay, so that the key is nobody else's.
                parts.Add(quoted.Contains('.', StringComparison.Ordinal) ? $"\"{quoted}\"" : quoted);
                continue;
            }

            while (char.IsAsciiLetterOrDigit(_cursor.Current) || _cursor.Current is '-' or '_' or '/')
                _cursor.Take();
            if (_cursor.Position == start)
                return false;
            parts.Add(_cursor.TextSince(start));
        }
        while (_cursor.Current == '.');

        key = string.Join('.', parts);
        return true;
    }

    private void ExpectEnd(int line, string path)
    {
        _cursor.SkipBlanks();
        if (_cursor.AtEndOfLine || _cursor.Current is ',' or '}' or ']')
            return;

        Fault(line, path, $"'{Shorten(_cursor.RestOfLine())}' is too much; a new line or a comma is missing before it");
        _cursor.SkipRestOfLine();
    }

    private void Misread(int line, string read = "")
    {
        Fault(line, "", $"expected 'key = value' or 'key {{', found '{Shorten(read + _cursor.RestOfLine())}'");
        _cursor.SkipRestOfLine();
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "...";

    private string At(int line) => string.Create(CultureInfo.InvariantCulture, $"{_name}:{line}");

    private void Fault(int line, string key, string text) => _faults.Add(new SettingFault(At(line), key, text));

    private sealed record Scope(int Line, string Path, bool IsList, List<string> Items);
}
