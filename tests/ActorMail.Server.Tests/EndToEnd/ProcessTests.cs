using System.Globalization;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>What the operating system sees of a server.</summary>
public sealed class ProcessTests
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [UnixFact]
    [Requirement("O1")]
    public async Task Files_are_the_owners_alone_whatever_the_umask()
    {
        using var folder = TestFolder.Create();
        var request = new TestServer.Request(
            folder.Data, "accounts.mode=open", $"log.file={Path.Join(folder.Data, "log", "actormail.log")}");
        await using var server = await TestServer.StartAsync(request with { HasNoUmask = true });
        await Mail.SendAsync(server.Smtp, "bob@example.org", Mail.Compose("1"));
        await Mail.SendAsync(server.Smtp, "bob@example.org", Mail.Compose("2"));
        using (var client = await Mail.LogInAsync(server.Pop3, "bob@example.org"))
        {
            await client.AskAsync("DELE 1", "+OK");
            await client.AskAsync("QUIT", "+OK");
        }

        using var sender = await Mail.SayHelloAsync(server.Smtp);
        await Mail.BeginAsync(sender, "bob@example.org");
        await sender.SendAsync(Mail.Compose("spooled", lines: 50_000));
        await Poll.UntilAsync(() => Directory.EnumerateFiles(Path.Join(folder.Data, "spool")).Any());

        var entries = Directory.EnumerateFileSystemEntries(folder.Data, "*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(Path.Join(folder.Data, "log"), StringComparison.Ordinal)).ToList();
        Assert.Contains(server.MailFile("bob@example.org"), entries);
        foreach (var path in entries.Append(folder.Data))
        {
            var expected = Directory.Exists(path) ? OwnerFile | UnixFileMode.UserExecute : OwnerFile;
            Assert.Equal((path, expected), (path, ModeOf(path)));
        }
    }

    [UnixFact]
    [Requirement("O1", "A1")]
    public async Task The_file_of_users_is_the_owners_alone_whatever_the_umask()
    {
        using var folder = TestFolder.Create();
        string[] command =
            ["user", "add", "bob@example.org", "--password-stdin", "--set", $"actormail.data={folder.Data}"];

        var added = await Executable.RunAsync(command, "a long secret\n", hasNoUmask: true);

        Assert.Equal(0, added.Code);
        Assert.Equal(OwnerFile, ModeOf(Path.Join(folder.Data, "accounts")));
        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, ModeOf(folder.Data));
    }

    [LinuxFact]
    [Requirement("O3")]
    public async Task Nothing_but_the_configured_ports_is_listened_on()
    {
        using var folder = TestFolder.Create();
        await using var server = await TestServer.StartAsync(folder.Data);

        Assert.Equal(
            new[] { server.Smtp.Port, server.Pop3.Port }.Order(), ListeningPortsOf(server.ProcessId).Order());
    }

    private static UnixFileMode ModeOf(string path) =>
        OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    /// <summary>The listening sockets among those that the process has open.</summary>
    private static IEnumerable<int> ListeningPortsOf(int process)
    {
        var sockets = Directory.EnumerateFileSystemEntries($"/proc/{process}/fd")
            .Select(descriptor => new FileInfo(descriptor).LinkTarget)
            .Where(target => target is not null && target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target![8..^1]).ToHashSet();
        string[] tables = ["tcp", "tcp6"];
        return from table in tables
               let path = $"/proc/{process}/net/{table}"
               where File.Exists(path)
               from line in File.ReadLines(path).Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where fields[3] == "0A" && sockets.Contains(fields[9])
               select int.Parse(fields[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
