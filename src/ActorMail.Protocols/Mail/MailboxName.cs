using System.Buffers;
using System.Globalization;
using System.Text;

namespace ActorMail.Protocols.Mail;

/// <summary>
/// The one name of a mailbox, however its address was spelled: its file name in <c>mail/</c> and its entity id. Made
/// from an address by folding ASCII case and by writing every character that a file name may not hold as <c>%XX</c>,
/// which can be undone; hence no address can leave the folder or reach another's mailbox.
/// </summary>
public readonly record struct MailboxName
{
    /// <summary>In octets of UTF-8. File systems take 255; the rest is for the suffixes of locks and indexes.</summary>
    public const int MaxLength = 200;

    private static readonly string[] DeviceNames =
        ["con", "prn", "aux", "nul", .. Numbered("com"), .. Numbered("lpt")];

    private readonly string? _value;

    private MailboxName(string value) => _value = value;

    public string Value => _value ?? "";

    /// <summary>
    /// False if the name would be longer than <see cref="MaxLength"/>, or the address is no Unicode text.
    /// </summary>
    public static bool TryFrom(MailAddress address, out MailboxName name)
    {
        name = default;
        if (!IsText(address.LocalPart) || !IsText(address.Domain))
            return false;

        var encoded = new StringBuilder();
        Encode(address.LocalPart, encoded);
        if (address.HasDomain)
        {
            encoded.Append('@');
            Encode(address.Domain, encoded);
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

    /// <summary>False for half a surrogate pair and for U+FFFE, which cannot be normalized: .NET throws.</summary>
    private static bool IsText(string text)
    {
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var status = Rune.DecodeFromUtf16(rest, out var rune, out var used);
            if (status is not OperationStatus.Done || rune.Value == 0xFFFE)
                return false;
            rest = rest[used..];
        }

        return true;
    }

    /// <summary>Folds before it normalizes too: some letters have a composed form in lower case only.</summary>
    private static void Encode(string text, StringBuilder encoded)
    {
        var lower = string.Concat(text.Select(it => char.IsAsciiLetterUpper(it) ? (char)(it | 0x20) : it));
        foreach (var rune in lower.Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            var folded = rune.IsAscii ? (char)rune.Value : '\0';
            if (char.IsAsciiLetterOrDigit(folded))
                encoded.Append(char.ToLowerInvariant(folded));
            else if (folded is '.' or '_' or '+' or '=' or '-' || IsPlainUnicode(rune))
                encoded.Append(rune.ToString());
            else
                EncodeOctets(rune, encoded);
        }
    }

    private static bool IsPlainUnicode(Rune rune) => !rune.IsAscii && Rune.IsLetterOrDigit(rune);

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
