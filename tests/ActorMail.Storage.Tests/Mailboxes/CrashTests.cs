using ActorMail.Storage.Tests.Files;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Mailboxes;

/// <summary>The same story again and again, with the trouble one step later each time.</summary>
public sealed class CrashTests
{
    [Fact]
    public void A_story_without_trouble_refuses_nothing()
    {
        using var folder = new DataFolder();
        var story = new Story(folder);
        story.Play(new FaultyDisk(folder.Root));
        Assert.Empty(story.Refused);
        Assert.Empty(folder.Reports);
        using var store = folder.Open(new FaultyDisk(folder.Root));
        story.Check(store, folder.MailFile);
    }

    [Fact]
    [Requirement("D2", "D8")]
    public void A_kill_at_any_step_loses_repeats_and_tears_nothing() => AtEachStep(Trouble.Crash, (folder, story, _) =>
    {
        using var store = folder.Open(new FaultyDisk(folder.Root));
        story.Check(store, folder.MailFile);
    });

    [Fact]
    [Requirement("D1", "D3", "K2")]
    public void A_power_cut_at_any_step_loses_repeats_and_tears_nothing_acknowledged() => AtEachStep(
        Trouble.Crash,
        (_, story, disk) => AfterPowerCut(story, disk),
        runs: 3);

    [Fact]
    [Requirement("D4", "K1")]
    public void A_failed_step_is_never_trusted_later_even_if_the_power_goes() => AtEachStep(
        Trouble.InputOutputError,
        (_, story, disk) => AfterPowerCut(story, disk),
        runs: 2);

    [Fact]
    [Requirement("D4", "R5321-4.1.1.4-d", "R1939-6-c")]
    public void A_failed_step_refuses_at_most_what_it_was_a_part_of() => AtEachStep(
        Trouble.InputOutputError,
        (folder, story, _) =>
        {
            Assert.InRange(story.Refused.Count, 0, 1);
            using var store = folder.Open(new FaultyDisk(folder.Root));
            story.Check(store, folder.MailFile);
        });

    [Fact]
    [Requirement("D5")]
    public void A_full_disk_refuses_mail_but_no_deletion_and_mail_flows_again_without_a_restart() => AtEachStep(
        Trouble.Full,
        (folder, story, _) =>
        {
            Assert.DoesNotContain("expunge", story.Refused);
            Assert.DoesNotContain("deliver at last", story.Refused);
            using var store = folder.Open(new FaultyDisk(folder.Root));
            story.Check(store, folder.MailFile);
        });

    private static void AfterPowerCut(Story story, FaultyDisk disk)
    {
        using var left = new DataFolder();
        disk.CutPower(left.Root);
        using var store = left.Open(new FaultyDisk(left.Root) { BootId = 2, BootedAt = long.MaxValue });
        story.Check(store, left.MailFile);
    }

    private static void AtEachStep(Trouble trouble, Action<DataFolder, Story, FaultyDisk> check, int runs = 1)
    {
        var steps = CountSteps();
        for (var step = 0; step < steps * runs; step++)
        {
            using var folder = new DataFolder();
            var disk = new FaultyDisk(folder.Root, trouble, step / runs) { Seed = step };
            var story = new Story(folder);
            try
            {
                story.Play(disk);
                check(folder, story, disk);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException(Told(step / runs, disk, story, folder) + failure.Message, failure);
            }
        }
    }

    /// <summary>What happened around the step, for who has to find out why.</summary>
    private static string Told(int step, FaultyDisk disk, Story story, DataFolder folder) => string.Join('\n',
    [
        $"Trouble at step {step} (seed {disk.Seed}); refused: {string.Join(", ", story.Refused)}",
        .. disk.Book.Select((text, index) => $"{index} {text}").Skip(step - 10),
        .. folder.Reports,
        "",
    ]);

    private static int CountSteps()
    {
        using var folder = new DataFolder();
        var disk = new FaultyDisk(folder.Root);
        new Story(folder).Play(disk);
        Assert.InRange(disk.Steps, 50, 500);
        return disk.Steps;
    }
}
