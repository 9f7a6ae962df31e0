namespace ActorMail.Bench.Store;

internal static class OpenBench
{
    public static Task Run(Arguments a) => throw new ArgumentException(a.Text("x", "later"));
}
