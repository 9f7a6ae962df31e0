using ActorMail.Server.Logging;
using Serilog.Events;

namespace ActorMail.Server.Tests.Logging;

public sealed class LogSetupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actormail-log-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_log_file_rolls_over_at_its_size_and_the_oldest_goes()
    {
        var options = new LogOptions
        {
            Level = LogEventLevel.Error,
            File = Path.Join(_folder, "mail.log"),
            MaxFileSize = 1_000,
            RetainedFiles = 3,
        };
        using (var quiet = new Silence())
        using (var log = LogSetup.Create(options))
        {
            for (var number = 0; number < 100; number++)
                log.Error("line {Number} of many that fill a file", number);
        }

        var files = Directory.GetFiles(_folder);
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 1_100));
        Assert.Contains("line 99 of many", string.Concat(files.Select(File.ReadAllText)));
        Assert.DoesNotContain("line 0 of many", string.Concat(files.Select(File.ReadAllText)));
    }

    [Theory]
    [InlineData(LogEventLevel.Information, LogEventLevel.Information, true)]
    [InlineData(LogEventLevel.Information, LogEventLevel.Debug, false)]
    [InlineData(LogEventLevel.Debug, LogEventLevel.Debug, true)]
    [InlineData(LogEventLevel.Error, LogEventLevel.Warning, false)]
    public void Only_events_of_the_level_and_above_are_logged(LogEventLevel level, LogEventLevel written, bool isLogged)
    {
        using var log = LogSetup.Configure(new LogOptions { Level = level }).CreateLogger();

        Assert.Equal(isLogged, log.IsEnabled(written));
    }

    /// <summary>The console of the tests is not the place for the lines of a log.</summary>
    private sealed class Silence : IDisposable
    {
        private readonly TextWriter _before = Console.Out;

        public Silence() => Console.SetOut(TextWriter.Null);

        public void Dispose() => Console.SetOut(_before);
    }
}
