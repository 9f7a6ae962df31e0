using ActorMail.Tests;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>Other programs write to a mailbox file while the server runs and has it open.</summary>
public sealed class OutsideChangeTests(DefaultServer fixture) : IClassFixture<DefaultServer>
{
    private const string Foreign = "From someone Tue Nov 24 01:00:00 2026\nSubject: foreign\n\nby cat\n\n";

    [Fact]
    [Requirement("D8")]
    public async Task What_cat_appends_is_there_in_the_next_session_and_the_delivery_after_it_too()
    {
        const string user = "cat@example.org";
        await DeliverAsync(user, "one", "two");
        await File.AppendAllTextAsync(PathOf(user), Foreign);

        Assert.Equal(["one", "two", "foreign"], await SubjectsAsync(user));
        await File.AppendAllTextAsync(PathOf(user), Foreign);
        await DeliverAsync(user, "three");
        Assert.Equal(["one", "two", "foreign", "foreign", "three"], await SubjectsAsync(user));
    }

    [Fact]
    [Requirement("D8", "P5")]
    public async Task A_file_that_an_editor_replaced_is_served_as_it_is_with_other_unique_ids()
    {
        const string user = "editor@example.org";
        await DeliverAsync(user, "one", "two");
        var before = await UidsAsync(user);
        var text = await File.ReadAllTextAsync(PathOf(user));
        var second = text.IndexOf("\nFrom ", StringComparison.Ordinal) + 1;
        await File.WriteAllTextAsync(PathOf(user) + ".tmp", text[second..]);
        File.Move(PathOf(user) + ".tmp", PathOf(user), overwrite: true);

        await DeliverAsync(user, "three");

        Assert.Equal(["two", "three"], await SubjectsAsync(user));
        Assert.Empty(before.Intersect(await UidsAsync(user)));
    }

    [Fact]
    [Requirement("D8", "P5")]
    public async Task A_file_that_was_emptied_takes_mail_again()
    {
        const string user = "empty@example.org";
        await DeliverAsync(user, "one", "two");
        var before = await UidsAsync(user);
        await File.WriteAllTextAsync(PathOf(user), "");

        Assert.Empty(await SubjectsAsync(user));
        await DeliverAsync(user, "three");
        Assert.Equal(["three"], await SubjectsAsync(user));
        Assert.Empty(before.Intersect(await UidsAsync(user)));
    }

    [Fact]
    [Requirement("D8", "D13", "R1939-11-a")]
    public async Task A_file_that_was_cut_short_is_served_as_far_as_it_goes()
    {
        const string user = "cut@example.org";
        await DeliverAsync(user, "one", "two");
        await using (var file = new FileStream(PathOf(user), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(file.Length - 10);

        await DeliverAsync(user, "three");

        Assert.Equal(["one", "two", "three"], await SubjectsAsync(user));
        var messages = await Mail.FetchAllAsync(fixture.Server.Pop3, user);
        Assert.Equal([Mail.Compose("one"), Mail.Compose("three")], [messages[0], messages[2]]);
        Assert.StartsWith(messages[1][..^10], Mail.Compose("two"));
    }

    [Fact]
    [Requirement("D8")]
    public async Task A_file_that_was_deleted_comes_back_with_the_next_mail()
    {
        const string user = "deleted@example.org";
        await DeliverAsync(user, "one");
        File.Delete(PathOf(user));

        await DeliverAsync(user, "two");

        Assert.Equal(["two"], await SubjectsAsync(user));
    }

    [Fact]
    [Requirement("D8", "P3", "R1939-6-d")]
    public async Task A_session_does_not_see_a_change_of_the_file_and_deletes_nothing_that_it_did_not_see()
    {
        const string user = "session@example.org";
        await DeliverAsync(user, "one");
        using (var client = await Mail.LogInAsync(fixture.Server.Pop3, user))
        {
            await File.AppendAllTextAsync(PathOf(user), Foreign);
            await DeliverAsync(user, "two");
            Assert.Equal(1, await Mail.CountAsync(client));
            await client.AskAsync("DELE 1", "+OK");
            await client.AskAsync("QUIT", "-ERR [SYS/TEMP] ");
        }

        Assert.Equal(["one", "foreign", "two"], await SubjectsAsync(user));
    }

    private string PathOf(string user) => fixture.Server.MailFile(user);

    private async Task DeliverAsync(string user, params string[] ids)
    {
        foreach (var id in ids)
            await Mail.SendAsync(fixture.Server.Smtp, user, Mail.Compose(id));
    }

    private async Task<IEnumerable<string>> SubjectsAsync(string user)
    {
        using var client = await Mail.LogInAsync(fixture.Server.Pop3, user);
        var count = await Mail.CountAsync(client);
        List<string> subjects = [];
        for (var number = 1; number <= count; number++)
        {
            var lines = (await Mail.RetrieveAsync(client, number)).Split("\r\n");
            subjects.Add(lines.Single(line => line.StartsWith("Subject: ", StringComparison.Ordinal))[9..]);
        }

        await client.AskAsync("QUIT", "+OK");
        return subjects;
    }

    private async Task<IReadOnlyList<string>> UidsAsync(string user)
    {
        using var client = await Mail.LogInAsync(fixture.Server.Pop3, user);
        var ids = await Mail.ReadUniqueIdsAsync(client);
        await client.AskAsync("QUIT", "+OK");
        return ids;
    }
}
