using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ActorMail.Storage.Accounts;

/// <summary>A PHC string, such as <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>, taken apart.</summary>
internal sealed record PasswordHash(int MemoryKib, int Passes, int Lanes, byte[] Salt, byte[] Hash)
{
    /// <summary>More would let one line of the file take the memory or the time of the whole server.</summary>
    private const int MaxMemoryKib = 1024 * 1024;

    private const int MaxPasses = 32;
    private const int MaxLanes = 16;
    private const string Prefix = "$argon2id$v=19$";

    public static PasswordHash Current(byte[] salt, byte[] hash) => new(19_456, 2, 1, salt, hash);

    public static bool TryParse(string text, [NotNullWhen(true)] out PasswordHash? hash)
    {
        hash = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[Prefix.Length..].Split('$') is not [var parameters, var saltText, var hashText]
            || parameters.Split(',') is not [var memory, var passes, var lanes]
            || !TryParseNumber(memory, "m=", MaxMemoryKib, out var memoryKib)
            || !TryParseNumber(passes, "t=", MaxPasses, out var passCount)
            || !TryParseNumber(lanes, "p=", MaxLanes, out var laneCount)
            || memoryKib < 8 * laneCount
            || !TryDecode(saltText, minLength: 8, out var salt)
            || !TryDecode(hashText, minLength: 16, out var octets))
        {
            return false;
        }

        hash = new PasswordHash(memoryKib, passCount, laneCount, salt, octets);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Prefix}m={MemoryKib},t={Passes},p={Lanes}${Encode(Salt)}${Encode(Hash)}");

    private static bool TryParseNumber(string text, string name, int max, out int number)
    {
        number = 0;
        return text.StartsWith(name, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= 1 && number <= max;
    }

    /// <summary>PHC strings leave the padding of base64 out.</summary>
    private static string Encode(byte[] octets) => Convert.ToBase64String(octets).TrimEnd('=');

    private static bool TryDecode(string text, int minLength, [NotNullWhen(true)] out byte[]? octets)
    {
        const int MaxLength = 64;
        var buffer = new byte[MaxLength];
        var padded = text + new string('=', (4 - (text.Length % 4)) % 4);
        octets = !text.Contains('=', StringComparison.Ordinal)
            && Convert.TryFromBase64String(padded, buffer, out var length) && length >= minLength
                ? buffer[..length]
                : null;
        return octets is not null;
    }
}
