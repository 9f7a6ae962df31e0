using ActorMail.Tests;

namespace ActorMail.Server.Tests.EndToEnd;

/// <summary>
/// Other programs write to a mailbox file while the server runs and has it open. What was acknowledged and is not
/// checkpointed yet is never theirs to lose.
/// </summary>
public sealed class OutsideChangeTests(DefaultServer fixture, OutsideChangeTests.LazyServer lazy)
    : IClassFixture<DefaultServer>, IClassFixture<OutsideChangeTests.LazyServer>
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

        // What was on its way when the server saw the file has its number before what it found there.
        var subjects = await SubjectsAsync(user);
        Assert.Equal(["one", "two", "foreign"], subjects.Take(3));
        Assert.Equal(["foreign", "three"], subjects.Skip(3).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Requirement("D8", "P5")]
    public async Task A_message_that_an_editor_took_out_is_gone_and_the_others_keep_their_unique_ids()
    {
        const string user = "editor@example.org";
        await DeliverAsync(user, "one", "two");
        var before = await UidsAsync(user);
        var text = await File.ReadAllTextAsync(PathOf(user));
        var second = text[(text.IndexOf("\nFrom ", StringComparison.Ordinal) + 1)..];
        // Until its checkpoint the message comes back.
        await Poll.UntilAsync(async () =>
        {
            await File.WriteAllTextAsync(PathOf(user) + ".tmp", second);
            File.Move(PathOf(user) + ".tmp", PathOf(user), overwrite: true);
            return await SubjectsAsync(user) is ["two"];
        });

        await DeliverAsync(user, "three");

        Assert.Equal(["two", "three"], await SubjectsAsync(user));
        var after = await UidsAsync(user);
        Assert.Equal(before[1], after[0]);
        Assert.DoesNotContain(after[1], before);
    }

    [Fact]
    [Requirement("D1", "D8")]
    public async Task Mail_that_was_acknowledged_just_now_comes_back_when_an_editor_writes_over_it()
    {
        const string user = "late@example.org";
        await Mail.SendAsync(lazy.Server.Smtp, user, Mail.Compose("old"));
        var text = await File.ReadAllTextAsync(lazy.Server.MailFile(user));
        await Mail.SendAsync(lazy.Server.Smtp, user, Mail.Compose("late"));

        await File.WriteAllTextAsync(lazy.Server.MailFile(user), text);

        Assert.Equal([Mail.Compose("old"), Mail.Compose("late")], await Mail.FetchAllAsync(lazy.Server.Pop3, user));
        Assert.Equal([Mail.Compose("old"), Mail.Compose("late")], Mbox.Read(lazy.Server.MailFile(user)));
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
    public async Task A_file_that_was_cut_short_is_served_as_far_as_it_goes_and_gets_back_what_came_lately()
    {
        const string user = "cut@example.org";
        foreach (var id in new[] { "one", "two" })
            await Mail.SendAsync(lazy.Server.Smtp, user, Mail.Compose(id));
        var path = lazy.Server.MailFile(user);
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(file.Length - 10);

        await Mail.SendAsync(lazy.Server.Smtp, user, Mail.Compose("three"));

        string[] whole = [Mail.Compose("one"), Mail.Compose("two"), Mail.Compose("three")];
        var messages = await Mail.FetchAllAsync(lazy.Server.Pop3, user);
        Assert.Equal(whole.Order(), messages.Intersect(whole).Order());
        var cut = Assert.Single(messages.Except(whole));
        Assert.StartsWith(cut[..^10], Mail.Compose("two"));
    }

    [Fact]
    [Requirement("D1", "D8")]
    public async Task Mail_for_a_file_that_another_program_has_locked_is_acknowledged_and_written_later()
    {
        const string user = "locked@example.org";
        await DeliverAsync(user, "one");
        await File.WriteAllTextAsync(PathOf(user) + ".lock", "another program");

        await DeliverAsync(user, "two");

        Assert.Equal([Mail.Compose("one")], Mbox.Read(PathOf(user)));
        File.Delete(PathOf(user) + ".lock");
        await Poll.UntilAsync(() => new FileInfo(PathOf(user) + ".lock") is { Exists: false }
            && Mbox.Read(PathOf(user)).SequenceEqual([Mail.Compose("one"), Mail.Compose("two")]));
        Assert.Equal(["one", "two"], await SubjectsAsync(user));
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
    [Requirement("D8", "P3", "R1939-6-c")]
    public async Task A_session_does_not_see_a_change_of_the_file_and_deletes_only_what_it_saw()
    {
        const string user = "session@example.org";
        await DeliverAsync(user, "one");
        using (var client = await Mail.LogInAsync(fixture.Server.Pop3, user))
        {
            await File.AppendAllTextAsync(PathOf(user), Foreign);
            await DeliverAsync(user, "two");
            Assert.Equal(1, await Mail.CountAsync(client));
            await client.AskAsync("DELE 1", "+OK");
            await client.AskAsync("QUIT", "+OK");
        }

        Assert.Equal(["foreign", "two"], (await SubjectsAsync(user)).Order(StringComparer.Ordinal));
    }

    private string PathOf(string user) => fixture.Server.MailFile(user);

    private async Task DeliverAsync(string user, params string[] ids)
    {
        foreach (var id in ids)
            await Mail.SendAsync(fixture.Server.Smtp, user, Mail.Compose(id));
    }

    private async Task<List<string>> SubjectsAsync(string user)
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

    /// <summary>A server that leaves what it acknowledged in its journal.</summary>
    public sealed class LazyServer() : ServerFixture("store.journal.idle-checkpoint=1h");
}
