using ActorMail.Server.Logging;
using ActorMail.Tests;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace ActorMail.Server.Tests.Logging;

public sealed class LogLineFormatterTests
{
    [Fact]
    public void An_event_is_one_line_with_time_level_and_message() => Assert.Matches(
        @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d INF smtp-17 from 192\.0\.2\.1 took 5 messages\n$",
        Write(log => log.Information("{Session} from {Remote} took {Count} messages", "smtp-17", "192.0.2.1", 5)));

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("say \"hello\"", "\"say \\\"hello\\\"\"")]
    [InlineData("C:\\data", "\"C:\\\\data\"")]
    public void A_value_that_could_be_taken_for_two_is_quoted(string value, string shown) =>
        Assert.EndsWith($" INF x {shown} y\n", Write(log => log.Information("x {Value} y", value)));

    [Theory]
    [InlineData("\n", "\\n")]
    [InlineData("\r", "\\r")]
    [InlineData("\t", "\\t")]
    [InlineData("\0", "\\u0000")]
    [InlineData("\u001B[2J", "\\u001B[2J")]
    [InlineData("\u007F", "\\u007F")]
    [InlineData("\u0085", "\\u0085")]
    [InlineData("\u009B31m", "\\u009B31m")]
    [InlineData("\u2028", "\\u2028")]
    [InlineData("\u2029", "\\u2029")]
    [InlineData("\u202E", "\\u202E")]
    [Requirement("O2")]
    public void What_could_end_a_line_or_command_a_terminal_is_escaped(string foreign, string shown)
    {
        var asValue = Write(log => log.Information("HELO {Name}", "x" + foreign + "y"));
        var asTemplate = Write(log => log.Information("HELO x" + foreign + "y"));
        var inList = Write(log => log.Information("HELO {Names}", new object[] { new[] { "x" + foreign + "y" } }));
        var inObject = Write(log => log.Information("HELO {@Name}", new { Name = "x" + foreign + "y" }));

        Assert.All([asValue, asTemplate, inList, inObject], line =>
        {
            Assert.Contains("x" + shown + "y", line);
            Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        });
    }

    [Fact]
    [Requirement("O2")]
    public void No_control_character_at_all_is_left()
    {
        // A letter between them keeps halves of surrogate pairs apart.
        var all = string.Join('x', Enumerable.Range(0, 0x10000).Select(code => (char)code));

        var line = Write(log => log.Information("{All}", all));

        Assert.DoesNotContain(line[..^1], character =>
            char.IsControl(character) || char.IsSurrogate(character) || character is '\u2028' or '\u2029');
    }

    [Fact]
    public void Letters_of_all_scripts_stay_as_they_are() =>
        Assert.EndsWith(" INF Jürgen@例え.jp😀\n", Write(log => log.Information("{To}", "Jürgen@例え.jp😀")));

    [Fact]
    [Requirement("O2")]
    public void The_message_of_an_exception_cannot_forge_a_line()
    {
        var fault = new InvalidOperationException("outer\n2026-01-01 INF forged", new IOException("inner\r\nforged"));

        var lines = Write(log => log.Error(fault, "failed")).TrimEnd('\n').Split('\n');

        Assert.EndsWith(" ERR failed", lines[0]);
        Assert.Equal("  ! System.InvalidOperationException: outer\\n2026-01-01 INF forged", lines[1]);
        Assert.Equal("  ! System.IO.IOException: inner\\r\\nforged", lines[2]);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void A_hole_without_a_value_is_shown_as_it_stands()
    {
        var line = Write(log => log.Write(new LogEvent(
            DateTimeOffset.UnixEpoch, LogEventLevel.Warning, null,
            new Serilog.Parsing.MessageTemplateParser().Parse("lost {Value}"), [])));

        Assert.Equal("1970-01-01T00:00:00.000+00:00 WRN lost {Value}\n", line);
    }

    private static string Write(Action<ILogger> log)
    {
        using var text = new StringWriter();
        using var logger = new LoggerConfiguration().WriteTo.Sink(new TextSink(text)).CreateLogger();
        log(logger);
        return text.ToString();
    }

    private sealed class TextSink(TextWriter text) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => new LogLineFormatter().Format(logEvent, text);
    }
}
