using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace ActorMail.Protocols.Sasl;

/// <summary>
/// Base64 as SASL lines have it (RFC 4954 §4, RFC 5034 §4): one line, no blanks, <c>=</c> at the end only, and one
/// spelling for the same octets. Neither direction knows of replies: <c>*</c> and line ends are for the dialog.
/// </summary>
public static class SaslText
{
    /// <summary>RFC 4954 §4: what a line may have, without its end, in octets.</summary>
    public const int MaxLineLength = 12_288;

    private static readonly SearchValues<byte> Digits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    /// <summary>Reads the answer to a challenge; an empty line is an empty answer.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> line, [NotNullWhen(true)] out byte[]? octets)
    {
        octets = null;
        if (line.Length > MaxLineLength || line.Length % 4 != 0)
            return false;

        var digits = line is [.., (byte)'=', (byte)'='] ? line[..^2] : line is [.., (byte)'='] ? line[..^1] : line;
        if (digits.ContainsAnyExcept(Digits))
            return false;

        // .NET skips blanks, which are refused above, and refuses bits that mean nothing and are not zero.
        var buffer = new byte[line.Length / 4 * 3];
        if (Base64.DecodeFromUtf8(line, buffer, out _, out var length) is not OperationStatus.Done)
            return false;

        octets = buffer[..length];
        return true;
    }

    /// <summary>
    /// Reads the initial response of a command: <c>=</c> alone is one that is there and empty, and nothing at all is
    /// none, which this refuses.
    /// </summary>
    public static bool TryDecodeInitial(ReadOnlySpan<byte> argument, [NotNullWhen(true)] out byte[]? octets)
    {
        octets = [];
        return argument.SequenceEqual("="u8) || (!argument.IsEmpty && TryDecode(argument, out octets));
    }

    /// <summary>What stands behind <c>334 </c> or <c>+ </c>: nothing for an empty challenge.</summary>
    public static string Encode(ReadOnlySpan<byte> challenge) => Convert.ToBase64String(challenge);
}
