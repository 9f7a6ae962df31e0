using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorMail.Server.Cli;

/// <summary>
/// A bar on the terminal while something takes its time: how far it is, how fast, and how long it may take yet. Nothing
/// where nobody looks.
/// </summary>
internal sealed class ProgressView
{
    private const string Messages = "messages";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ProgressTask? _task;
    private long _shown;

    private ProgressView(ProgressTask? task) => _task = task;

    public static T Run<T>(Terminal terminal, bool isQuiet, string what, Func<ProgressView, T> work)
    {
        if (isQuiet || !terminal.ShowsProgress)
            return work(new ProgressView(null));

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(terminal.Error),
            // Nothing is asked: standard input may well be a file.
            Interactive = InteractionSupport.Yes,
        });
        return console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new SpeedColumn(),
                new RemainingTimeColumn())
            .Start(context => work(new ProgressView(context.AddTask(Markup.Escape(what)))));
    }

    /// <summary>Cheap enough to be called for every message.</summary>
    /// <param name="done">Of <paramref name="total"/>, in whatever unit.</param>
    /// <param name="total">Null if nobody knows.</param>
    /// <param name="messages">Messages so far; 0 where they are not counted.</param>
    public void Report(long done, long? total, long messages = 0)
    {
        if (_task is null || (_shown != 0 && Stopwatch.GetElapsedTime(_shown) < Interval))
            return;
        _shown = Stopwatch.GetTimestamp();
        _task.IsIndeterminate = total is null;
        _task.MaxValue = Math.Max(1, total ?? 1);
        _task.Value = total is null ? 0 : done;
        _task.State.Update<long>(Messages, _ => messages);
    }

    private sealed class SpeedColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var messages = task.State.Get<long>(Messages);
            var seconds = task.ElapsedTime?.TotalSeconds ?? 0;
            return messages == 0 || seconds < 0.1
                ? Text.Empty
                : new Text(string.Create(
                    CultureInfo.InvariantCulture, $"{messages} messages, {messages / seconds:F0}/s"));
        }
    }
}
