namespace ActorMail.Bench.Store;

internal static class RecoveryBench
{
    public const string FillCommand = "fill-and-die";

    public static void FillAndDie(Arguments a) => throw new ArgumentException(a.Text("x", "later"));
}
