using ActorMail.Protocols.Mail;

namespace ActorMail.Storage.Addresses;

/// <summary>Local parts with a detail (RFC 5233): <c>bob+news</c>.</summary>
internal static class AddressDetail
{
    /// <summary>
    /// The address as it is, then with ever more taken for its detail: somebody may have the delimiter in his name.
    /// </summary>
    public static IReadOnlyList<(MailAddress Address, string Detail)> Readings(MailAddress address, string delimiter)
    {
        var local = address.LocalPart;
        if (delimiter.Length == 0 || local.LastIndexOf(delimiter, StringComparison.Ordinal) < 1)
            return [(address, "")];

        var readings = new List<(MailAddress, string)> { (address, "") };
        for (var at = local.Length; (at = local.AsSpan(0, at).LastIndexOf(delimiter, StringComparison.Ordinal)) > 0;)
            readings.Add((address with { LocalPart = local[..at] }, local[(at + delimiter.Length)..]));
        return readings;
    }
}
