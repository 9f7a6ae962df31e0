using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorMail.Protocols.Mail;

/// <summary>
/// The one name of a mailbox, however its address was spelled: its file name in <c>mail/</c> and its entity id. Made
/// from an address by folding letter case and Unicode form (NFC), by taking the A-labels of its domain, and by writing
/// every character that a file name may not hold as <c>%XX</c>, which can be undone; hence no address can leave the
/// folder or reach another's mailbox.
/// </summary>
public readonly record struct MailboxName
{
    /// <summary>In octets of UTF-8. File systems take 255; the rest is for the suffixes of locks and indexes.</summary>
    public const int MaxLength = 200;

    private static readonly SearchValues<char> PlainAscii =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+=-");

    private static readonly string[] DeviceNames =
        ["con", "prn", "aux", "nul", .. Numbered("com"), .. Numbered("lpt")];

    private readonly string? _value;

    private MailboxName(string value) => _value = value;

    public string Value => _value ?? "";

    /// <summary>
    /// False if the name would be longer than <see cref="MaxLength"/>, or the address is no Unicode text, or its domain
    /// none in Unicode.
    /// </summary>
    public static bool TryFrom(MailAddress address, out MailboxName name)
    {
        name = default;
        if (!TryFold(address.LocalPart, out var local)
            || !InternationalDomain.TryToAscii(address.Domain, out var domain))
        {
            return false;
        }

        var encoded = new StringBuilder();
        Encode(local, encoded);
        if (address.HasDomain)
        {
            encoded.Append('@');
            Encode(domain, encoded);
        }

        var text = Protect(encoded.ToString());
        if (text.Length == 0 || Encoding.UTF8.GetByteCount(text) > MaxLength)
            return false;

        name = new MailboxName(text);
        return true;
    }

    /// <summary>Takes back what <see cref="Value"/> gave, such as a file name of the mail folder.</summary>
    public static bool TryFromValue(string value, out MailboxName name)
    {
        name = default;
        if (!TryDecode(value, out var local, out var domain)
            || !TryFrom(new MailAddress(local, domain), out var again) || again.Value != value)
        {
            return false;
        }

        name = again;
        return true;
    }

    public override string ToString() => Value;

    private static IEnumerable<string> Numbered(string device) => Enumerable.Range(0, 10).Select(n => $"{device}{n}");

    /// <summary>
    /// One form for all letter cases and Unicode forms of a text, which is NFC; false if it is no text. Letters are
    /// folded without their marks, and by their upper case, since some share one: a final sigma and another are both Σ.
    /// </summary>
    private static bool TryFold(string text, out string folded)
    {
        if (Ascii.IsValid(text))
        {
            folded = text.ToLowerInvariant();
            return true;
        }

        folded = "";
        if (!PrecisClass.TryNormalize(text, out var normal))
            return false;

        var lower = new StringBuilder(normal.Length);
        foreach (var rune in normal.Normalize(NormalizationForm.FormD).EnumerateRunes())
            lower.Append(Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)).ToString());
        folded = lower.ToString().Normalize(NormalizationForm.FormC);
        return true;
    }

    private static void Encode(string folded, StringBuilder encoded)
    {
        if (!folded.AsSpan().ContainsAnyExcept(PlainAscii))
        {
            // Nearly every name is of these alone, and each recipient is looked up by one.
            encoded.Append(folded);
            return;
        }

        foreach (var rune in folded.EnumerateRunes())
        {
            if (rune.IsAscii ? PlainAscii.Contains((char)rune.Value) : Rune.IsLetterOrDigit(rune))
                encoded.Append(rune.ToString());
            else
                EncodeOctets(rune, encoded);
        }
    }

    private static void EncodeOctets(Rune rune, StringBuilder encoded)
    {
        Span<byte> octets = stackalloc byte[4];
        foreach (var octet in octets[..rune.EncodeToUtf8(octets)])
            encoded.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
    }

    /// <summary>Hidden files, dotlocks, and the device names of Windows are nobody's mailbox.</summary>
    private static string Protect(string name)
    {
        if (name.StartsWith('.'))
            name = "%2E" + name[1..];
        if (name.EndsWith(".lock", StringComparison.Ordinal))
            name = name[..^5] + "%2Elock";
        if (name.EndsWith('.'))
            name = name[..^1] + "%2E";
        var stem = name.Split('.')[0];
        return DeviceNames.Contains(stem)
            ? string.Create(CultureInfo.InvariantCulture, $"%{(int)name[0]:X2}{name[1..]}")
            : name;
    }

    private static bool TryDecode(string value, out string local, out string domain)
    {
        (local, domain) = ("", "");
        var at = value.IndexOf('@', StringComparison.Ordinal);
        var parts = at < 0 ? (value, "") : (value[..at], value[(at + 1)..]);
        return TryDecode(parts.Item1, out local) && TryDecode(parts.Item2, out domain);
    }

    private static bool TryDecode(string text, out string decoded)
    {
        decoded = "";
        var octets = new List<byte>();
        var parts = text.Split('%');
        octets.AddRange(Encoding.UTF8.GetBytes(parts[0]));
        foreach (var part in parts.Skip(1))
        {
            if (part.Length < 2 || !byte.TryParse(
                part.AsSpan(0, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                return false;
            }

            octets.Add(octet);
            octets.AddRange(Encoding.UTF8.GetBytes(part[2..]));
        }

        decoded = Encoding.UTF8.GetString([.. octets]);
        return true;
    }
}
