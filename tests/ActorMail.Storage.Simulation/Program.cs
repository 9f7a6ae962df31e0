using System.Diagnostics;
using System.Globalization;
using ActorMail.Storage.Simulation;

// Runs any number of simulated lives: --seeds N --from M --others --no-faults. Ends with 1 and the first promise that
// was broken.
var (seeds, first, profile) = (2_000, 1, new SimulationProfile());
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--seeds" when i + 1 < args.Length:
            seeds = int.Parse(args[++i], NumberStyles.None, CultureInfo.InvariantCulture);
            break;
        case "--from" when i + 1 < args.Length:
            first = int.Parse(args[++i], NumberStyles.None, CultureInfo.InvariantCulture);
            break;
        case "--steps" when i + 1 < args.Length:
            profile = profile with { Steps = int.Parse(args[++i], NumberStyles.None, CultureInfo.InvariantCulture) };
            break;
        case "--others":
            profile = profile with { HasOthers = true };
            break;
        case "--no-faults":
            profile = profile with { HasFaults = false };
            break;
        default:
            Console.Error.WriteLine("usage: [--seeds N] [--from SEED] [--steps N] [--others] [--no-faults]");
            return 64;
    }
}

var (total, watch) = (new SimulationReport(), Stopwatch.StartNew());
for (var seed = first; seed < first + seeds; seed++)
{
    try
    {
        total.Add(StoreSimulation.Run(seed, profile));
    }
    catch (SimulationFaultException fault)
    {
        Console.Error.WriteLine(fault.Message);
        return 1;
    }
}

Console.WriteLine($"{seeds} lives in {watch.Elapsed.TotalSeconds:F1} s, no promise broken: {total}");
return 0;
