namespace ActorMail.Protocols.Tests.Wire;

/// <summary>Octets that the conversions look at, to be put at every offset of a block and across its edges.</summary>
internal static class Awkward
{
    /// <summary>More than two blocks, so that whatever comes before is taken by blocks.</summary>
    public static string Filler { get; } = new('a', 200);

    /// <summary>One block and one octet: every place in a block, and every cut by its edge.</summary>
    public static IEnumerable<string> Before => Enumerable.Range(0, 66).Select(it => new string('b', it));

    public static string[] Wire { get; } =
    [
        "\r", "\n", "\r\n", "\r\r\n", "\n\r\n", "\r\n\r\n", "\r\n.", "\r\n..", "\r\n...", "\r\n.x", "\r\n.\r",
        "\r\n.\n", "\r\n..\r\n", "\r\n>", "\r\n>>>", "\r\nF", "\r\nFrom", "\r\nFrom ", "\r\n>From ", "\r\n>>From ",
        "\r\n.From ", "\r\n..From ", "\r\n.>From ", "\r\n.>", "\r\n.F", "\r\nReceived: x", "\r\n.Received: x",
        "\r\nreturn-path: x", "\r\n.Return-Path: x", "\r\n folded", "\r\n. folded", "\u00E9", "\r\n\u00E9",
        "\r\n.\u00E9", "\t",
    ];

    public static string[] Stored { get; } =
    [
        "\n", "\r", "\r\n", "\n\n", "\n\n\n", "\n.", "\n..", "\n.\n", "\n>", "\n>\n", "\n>>", "\n>From ", "\n>>From ",
        "\n>From", "\n>From\n", "\nFrom ", "\n.>From ", "\r\n>From ", "\r\n.", "\n\r", "\r\r\n", ".", ">From ",
        "\u00E9",
    ];
}
