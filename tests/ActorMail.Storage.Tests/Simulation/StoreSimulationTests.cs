using ActorMail.Storage.Simulation;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Simulation;

/// <summary>
/// Simulated lives of a store: every acknowledged message is there once and whole, whatever crashes and fails; and the
/// simulation notices a store whose guards are off. A seed that fails is lived again by the runner of the simulation:
/// <c>--seeds 1 --from SEED</c>.
/// </summary>
public sealed class StoreSimulationTests
{
    private const int SeedsToNotice = 400;

    public static TheoryData<string, Func<string, bool>, Func<string, bool>> Sabotages => new()
    {
        { "the journal is never flushed", path => path.Contains("/journal/seg", StringComparison.Ordinal), Nothing },
        { "mailbox files are never flushed", path => path.Contains("/mail/", StringComparison.Ordinal), Nothing },
        { "indexes are never flushed", path => path.EndsWith("aml", StringComparison.Ordinal), Nothing },
        { "new mailbox files are never flushed", path => path.EndsWith(".newmbox", StringComparison.Ordinal), Nothing },
        { "large mail is never flushed", path => path.Contains("/spool/", StringComparison.Ordinal), Nothing },
        { "no folder is ever flushed", Nothing, _ => true },
        { "folders of indexes are never flushed", Nothing, path => path.Contains("/meta", StringComparison.Ordinal) },
    };

    [Theory]
    [InlineData(1, 250, false, false)]
    [InlineData(1_001, 250, false, true)]
    [InlineData(2_001, 250, true, false)]
    [InlineData(3_001, 250, true, true)]
    [InlineData(4_001, 250, false, false)]
    [InlineData(5_001, 250, false, true)]
    [InlineData(6_001, 250, true, false)]
    [InlineData(7_001, 250, true, true)]
    [Requirement("D1", "D2", "D3", "D4", "D5", "D8", "K1", "K2", "P5", "R5321-4.1.1.4-d", "R1939-6-c")]
    public void No_promise_is_broken(int first, int seeds, bool hasOthers, bool hasFaults)
    {
        var total = new SimulationReport();
        var profile = new SimulationProfile { HasOthers = hasOthers, HasFaults = hasFaults };
        for (var seed = first; seed < first + seeds; seed++)
            total.Add(StoreSimulation.Run(seed, profile));
        Assert.True(total is { Acknowledged: > 0, Kills: > 0, PowerCuts: > 0, Compactions: > 0 });
        Assert.Equal((hasOthers, hasFaults), (total.ForeignChanges > 0, total.FailedFlushes > 0));
    }

    [Theory]
    [MemberData(nameof(Sabotages))]
    public void A_store_that_does_not_flush_is_found_out(
        string what, Func<string, bool> ignoresFlush, Func<string, bool> ignoresFolderFlush)
    {
        var profile = new SimulationProfile
        {
            HasFaults = false,
            Sabotage = faults => (faults.IgnoresFlush, faults.IgnoresFolderFlush) = (ignoresFlush, ignoresFolderFlush),
        };
        Assert.True(Enumerable.Range(1, SeedsToNotice).Any(seed => Notices(seed, profile)), what);
    }

    [Fact]
    public void A_seed_says_everything()
    {
        var profile = new SimulationProfile { HasOthers = true };
        Assert.Equal(StoreSimulation.Run(7, profile), StoreSimulation.Run(7, profile));
    }

    private static bool Nothing(string path) => false;

    private static bool Notices(int seed, SimulationProfile profile)
    {
        try
        {
            StoreSimulation.Run(seed, profile);
            return false;
        }
        catch (SimulationFaultException)
        {
            return true;
        }
    }
}
