using ActorMail.Fuzz.Targets;

namespace ActorMail.Fuzz;

/// <summary>All targets there are.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new SmtpCommandsTarget(),
        new Pop3CommandsTarget(),
        new DataTarget(),
        new BdatTarget(),
        new AddressesTarget(),
        new AliasesTarget(),
        new ProxyHeaderTarget(),
        new SurrogateHeaderTarget(),
    ];

    /// <summary>They only show that faults are found.</summary>
    public static IReadOnlyList<IFuzzTarget> SelfTests { get; } =
        [.. SelfTestTarget.Faults.Select(fault => new SelfTestTarget(fault))];

    public static IFuzzTarget? Find(string name) =>
        All.Concat(SelfTests).FirstOrDefault(target => target.Name == name);
}
