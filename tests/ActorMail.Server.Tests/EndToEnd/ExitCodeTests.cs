using System.Net;
using System.Net.Sockets;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>How commands end that serve nobody: in the numbers of sysexits, with a line that says why.</summary>
public sealed class ExitCodeTests
{
    [Fact]
    public async Task A_port_in_use_ends_the_start_with_69_and_names_the_setting()
    {
        using var folder = TestFolder.Create();
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();

        var ended = await Executable.RunAsync(
            "--set", $"actormail.data={folder.Data}", "--set", "actormail.smtp.listen=127.0.0.1:0",
            "--set", $"actormail.pop3.listen={holder.LocalEndPoint}");

        Assert.Equal(69, ended.Code);
        Assert.Contains($"actormail.pop3.listen: cannot listen on {holder.LocalEndPoint}", ended.Error);
        Assert.False(Directory.Exists(folder.Data));
    }

    [Fact]
    public async Task A_second_server_on_a_data_folder_ends_with_75_and_names_the_first()
    {
        using var folder = TestFolder.Create();
        await using var first = await TestServer.StartAsync(folder.Data);

        var ended = await Executable.RunAsync(
            "run", "--set", $"actormail.data={folder.Data}", "--set", "actormail.smtp.listen=127.0.0.1:0",
            "--set", "actormail.pop3.listen=127.0.0.1:0");

        Assert.Equal(75, ended.Code);
        Assert.Contains($"process {first.ProcessId}, started ", ended.Error);
        Assert.Contains($"smtp {first.Smtp}", ended.Error);
        await Mail.SendAsync(first.Smtp, "still@example.org", Mail.Compose("still here"));
    }

    [Fact]
    public async Task A_second_server_leaves_the_ports_file_of_the_first_alone()
    {
        using var folder = TestFolder.Create();
        var path = folder.PathOf("ports-of-both");
        await using var first = await TestServer.StartAsync(folder.Data);
        await File.WriteAllTextAsync(path, "smtp 127.0.0.1:1\n");

        var ended = await Executable.RunAsync(
            "run", "--set", $"actormail.data={folder.Data}", "--set", "actormail.smtp.listen=127.0.0.1:0",
            "--set", "actormail.pop3.listen=127.0.0.1:0", "--set", $"actormail.ports-file={path}");

        Assert.Equal(75, ended.Code);
        Assert.Equal("smtp 127.0.0.1:1\n", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Faults_of_the_configuration_are_told_all_at_once_and_end_with_78()
    {
        using var folder = TestFolder.Create();
        var file = folder.PathOf("my.hocon");
        await File.WriteAllTextAsync(file, "actormail {\n  smpt.listen = []\n  smtp.max-recipients = many\n}\n");

        var started = await Executable.RunAsync("--config", file, "--set", $"actormail.data={folder.Data}");
        var checkedOnly = await Executable.RunAsync("check-config", "--config", file);

        foreach (var ended in new[] { started, checkedOnly })
        {
            Assert.Equal((78, ""), (ended.Code, ended.Out));
            Assert.Contains($"{file}:2", ended.Error);
            Assert.Contains($"{file}:3", ended.Error);
        }

        Assert.False(Directory.Exists(folder.Data));
    }

    [Fact]
    public async Task A_good_configuration_passes_the_check()
    {
        var ended = await Executable.RunAsync("check-config", "--set", "actormail.smtp.max-recipients=200");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Contains("configuration ok", ended.Out);
        Assert.Contains("actormail.smtp.max-recipients = 200", ended.Out);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        var ended = await Executable.RunAsync("--version");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Matches(@"^actormail \d+\.\d+\.\d+\S*\r?\n$", ended.Out);
    }

    [Fact]
    public async Task A_wrong_word_ends_with_64()
    {
        var ended = await Executable.RunAsync("rnu");

        Assert.Equal((64, ""), (ended.Code, ended.Out));
        Assert.Contains("did you mean run?", ended.Error);
    }

    [Fact]
    public async Task The_demo_tells_the_whole_story_and_leaves_nothing()
    {
        var ended = await Executable.RunAsync("demo");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Contains("C: DATA", ended.Out);
        Assert.Contains("Hello Bob!", ended.Out);
        Assert.Contains("C: DELE 1", ended.Out);
        Assert.Contains("has 0 octets now", ended.Out);
    }

    [UnixFact]
    public async Task The_ports_file_names_listeners_that_accept()
    {
        using var folder = TestFolder.Create();
        var ports = folder.PathOf("ports");
        await using var server = await TestServer.StartAsync(folder.Data, $"ports-file={ports}");
        await Poll.UntilAsync(() => File.Exists(ports));

        Assert.Equal([$"smtp {server.Smtp}", $"pop3 {server.Pop3}"], await File.ReadAllLinesAsync(ports));
        using var smtp = await RawClient.GreetAsync(server.Smtp);
        using var pop3 = await RawClient.GreetAsync(server.Pop3);
    }

    [Ipv6Fact]
    public async Task Localhost_is_both_addresses_where_both_are_present()
    {
        using var folder = TestFolder.Create();
        var request = new TestServer.Request(folder.Data, "smtp.listen=localhost:0", "pop3.listen=[::1]:0");
        await using var server = await TestServer.StartAsync(request with { Listeners = 3 });

        Assert.Equal(
            [("smtp", IPAddress.Loopback), ("smtp", IPAddress.IPv6Loopback), ("pop3", IPAddress.IPv6Loopback)],
            server.Listeners.Select(listener => (listener.Protocol, listener.Endpoint.Address)));
        foreach (var (_, endpoint) in server.Listeners.Where(listener => listener.Protocol == "smtp"))
            await Mail.SendAsync(endpoint, "six@example.org", Mail.Compose("six"));
        Assert.Equal(2, (await Mail.FetchAllAsync(server.Pop3, "six@example.org")).Count);
        Assert.Contains("([IPv6:::1])", await File.ReadAllTextAsync(server.MailFile("six@example.org")));
    }
}
