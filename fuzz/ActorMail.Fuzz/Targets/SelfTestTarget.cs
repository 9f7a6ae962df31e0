using ActorMail.Protocols.Mail;

namespace ActorMail.Fuzz.Targets;

/// <summary>
/// Has one of the faults that an input can bring about, behind a condition that only who learns from branches will
/// meet. A run that does not find them would find nothing elsewhere either.
/// </summary>
internal sealed class SelfTestTarget(string fault) : IFuzzTarget
{
    private static readonly List<byte[]> Kept = [];

    public static IReadOnlyList<string> Faults { get; } = ["exception", "hang", "stack", "memory"];

    public string Name => "self-test-" + fault;

    public int MaxLength => 16;

    public void Run(ReadOnlySpan<byte> input)
    {
        if (!IsRare(input))
            return;

        switch (fault)
        {
            case "exception":
                throw new InvalidOperationException("found");
            case "hang":
                SpinWait.SpinUntil(() => false);
                break;
            case "stack":
                Dig(0);
                break;
            default:
                while (true)
                    Kept.Add([.. Enumerable.Repeat((byte)1, 1_000_000)]);
        }
    }

    /// <summary>Only an address such as <c>"a b"@c</c>, which nobody writes down by accident.</summary>
    private static bool IsRare(ReadOnlySpan<byte> input) =>
        MailAddress.TryParse(input, out var address) && address.HasDomain
        && !MailAddressParser.IsDotString(address.LocalPart);

    private static int Dig(int depth) => Dig(depth + 1) + 1;
}
