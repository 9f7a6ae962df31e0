using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace ActorMail.Server.Logging;

/// <summary>
/// One line for an event, then one for each exception and frame of its stack, indented. Whatever a logged value holds,
/// it cannot end its line or pass for another value: foreign text is escaped, and quoted where it has blanks.
/// </summary>
public sealed class LogLineFormatter : ITextFormatter
{
    private const int MaxExceptions = 10;

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture));
        output.Write(' ');
        output.Write(NameOf(logEvent.Level));
        output.Write(' ');
        foreach (var token in logEvent.MessageTemplate.Tokens)
            output.Write(Render(token, logEvent.Properties));
        output.Write('\n');
        WriteException(logEvent.Exception, output);
    }

    private static string NameOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "VRB",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Error => "ERR",
        _ => "FTL",
    };

    private static string Render(MessageTemplateToken token, IReadOnlyDictionary<string, LogEventPropertyValue> values)
    {
        if (token is not PropertyToken hole || !values.TryGetValue(hole.PropertyName, out var value))
            return PrintableText.Escape(token.ToString() ?? "");
        if (value is ScalarValue { Value: string text })
            return hole.Format == "l" || IsPlain(text) ? PrintableText.Escape(text) : Quote(text);

        return PrintableText.Escape(value.ToString(hole.Format, CultureInfo.InvariantCulture));
    }

    private static bool IsPlain(string text) => text.Length > 0 && !text.AsSpan().ContainsAny(" \"\\");

    private static string Quote(string text)
    {
        var inner = PrintableText.Escape(text.Replace("\\", "\\\\", StringComparison.Ordinal));
        return $"\"{inner.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static void WriteException(Exception? exception, TextWriter output)
    {
        var depth = 0;
        for (; exception is not null && depth < MaxExceptions; exception = exception.InnerException)
        {
            depth++;
            output.Write($"  ! {exception.GetType().FullName}: {PrintableText.Escape(exception.Message)}\n");
            foreach (var frame in (exception.StackTrace ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                output.Write($"      {PrintableText.Escape(frame.Trim())}\n");
        }
    }
}
