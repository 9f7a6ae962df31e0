using CsCheck;

namespace ActorMail.Protocols.Tests.Wire;

/// <summary>Messages made of what the conversions look for, and of what nearly is that.</summary>
internal static class WireGen
{
    private static readonly Gen<string> Word = OneOf(
        ".", "..", ">", "From ", "From", "Fro", "from ", " ", "\t", ":", "a", "Subject: x", "Return-Path",
        "return-path:", "Received", "RECEIVED:", "Re", "\u00E9", "\0", "a long word that fills a line");

    /// <summary>Nearly all line ends are right, or no message would get beyond its first fault.</summary>
    private static readonly Gen<string> LineEnd = Gen.Frequency(
        (60, Gen.Const("\r\n")), (10, Gen.Const("\r\n\r\n")), (1, OneOf("\r", "\n", "\r\r\n", "\n.\n")));

    public static Gen<string> Data { get; } = Lines(LineEnd);

    public static Gen<string> CleanData { get; } = Lines(Gen.Const("\r\n"));

    /// <summary>Counted content, where every octet may stand anywhere.</summary>
    public static Gen<string> Content { get; } = Gen.OneOf(
        Lines(LineEnd), Lines(OneOf("\r", "\n", "\r\n", "\r\r\n", "\n.\n", "\n\r\n", "\r.\r", "")),
        Gen.Byte.Array[0, 60].Select(octets => Pieces.Text(octets)));

    public static Gen<string> Stored { get; } = Lines(OneOf("\n", "\n", "\r\n", "\n\n", ""));

    /// <summary>As the others, and long enough to be taken by blocks of octets.</summary>
    public static Gen<string> LongData { get; } = LongLines(LineEnd);

    public static Gen<string> LongCleanData { get; } = LongLines(Gen.Const("\r\n"));

    public static Gen<string> LongContent { get; } = Gen.Select(
        Gen.OneOf(LongLines(LineEnd), LongLines(Gen.Const("\r\n"))), Lines(OneOf("\r\n", "")), string.Concat);

    public static Gen<string> LongStored { get; } = LongLines(OneOf("\n", "\n", "\r\n", "\n\n", ""));

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(it => values[it]);

    private static Gen<string> Lines(Gen<string> lineEnd) =>
        Gen.Select(Word.Array[0, 4], lineEnd, (words, end) => string.Concat(words) + end)
            .Array[0, 8]
            .Select(string.Concat);

    private static Gen<string> LongLines(Gen<string> lineEnd)
    {
        var text = Gen.Frequency((6, Word), (1, Gen.Int[1, 200].Select(it => new string('a', it))));
        return Gen.Select(text.Array[0, 4], lineEnd, (words, end) => string.Concat(words) + end)
            .Array[0, 60]
            .Select(string.Concat);
    }
}
