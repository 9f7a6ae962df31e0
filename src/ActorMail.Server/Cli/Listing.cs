using System.Globalization;
using ActorMail.Server.Logging;
using Spectre.Console;

namespace ActorMail.Server.Cli;

/// <summary>Rows for a person as a table, for another program as columns between tabs.</summary>
internal sealed class Listing(params ReadOnlySpan<(string Name, bool IsNumber)> columns)
{
    private readonly (string Name, bool IsNumber)[] _columns = columns.ToArray();
    private readonly List<string[]> _rows = [];

    /// <summary>One cell for each column; what is foreign in it cannot break the row.</summary>
    public void Add(params ReadOnlySpan<object> cells)
    {
        var row = new string[cells.Length];
        for (var i = 0; i < cells.Length; i++)
            row[i] = PrintableText.Escape(Convert.ToString(cells[i], CultureInfo.InvariantCulture) ?? "");
        _rows.Add(row);
    }

    public void WriteTo(Terminal terminal)
    {
        if (!terminal.ShowsTables)
        {
            foreach (var row in _rows)
                terminal.Out.WriteLine(string.Join('\t', row));
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var (name, isNumber) in _columns)
        {
            table.AddColumn(new TableColumn(new Text(name))
            {
                Alignment = isNumber ? Justify.Right : Justify.Left,
                NoWrap = isNumber,
            });
        }

        foreach (var row in _rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) }).Write(table);
    }
}
