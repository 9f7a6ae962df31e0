namespace ActorMail.Server.Cli;

/// <summary>A number with its noun.</summary>
internal static class Counted
{
    public static string Messages(int count) => Of(count, "message", "messages");

    public static string Of(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";
}
