using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using ActorMail.Protocols.Mail;
using MimeKit;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Collects the addresses of From and Sender fields. Mail programs do not agree on how to read bad ones, so two
/// readers look at each: MimeKit, as a mail program does, and <see cref="AddressWords"/>, which takes whatever has an
/// <c>@</c> outside of quotes and comments. What either finds is an author; what neither is sure of is unreadable.
/// </summary>
internal sealed class AuthorReader
{
    /// <summary>Octets of one field. Nobody's list of authors is longer, and no parser gets slow on that.</summary>
    private const int MaxFieldLength = 16 * 1024;

    private const int MaxAddresses = 500;

    private static readonly SearchValues<char> Specials = SearchValues.Create("@<>,;:\"()[]\\");

    private readonly HashSet<MailAddress> _known = [];

    private readonly ImmutableArray<MailAddress>.Builder _addresses = ImmutableArray.CreateBuilder<MailAddress>();

    public bool HasUnreadable { get; private set; }

    public ImmutableArray<MailAddress> Addresses => _addresses.ToImmutable();

    private static ParserOptions Options { get; } = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Loose,
        // "a@example.org, Bob <b@example.org>" has two authors, not one whose name has a comma.
        AllowUnquotedCommasInAddresses = false,
        AllowAddressesWithoutDomain = true,
    };

    /// <param name="value">What stands behind the colon, folded or not.</param>
    public void Read(ReadOnlySpan<byte> value)
    {
        if (value.Length > MaxFieldLength || HasControl(value) || !AddressWords.TryRead(value, Add))
        {
            HasUnreadable = true;
            return;
        }

        var octets = value.ToArray();
        if (!InternetAddressList.TryParse(Options, octets, 0, octets.Length, out var list) || list.Count == 0)
        {
            HasUnreadable = true;
            return;
        }

        foreach (var mailbox in list.Mailboxes)
            Add(Encoding.UTF8.GetBytes(mailbox.GetAddress(idnEncode: true)));
    }

    /// <summary>A bare CR ends a line for some programs, and a NUL ends a text for others.</summary>
    private static bool HasControl(ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var isLineEnd = value[i] == (byte)'\n'
                || (value[i] == (byte)'\r' && i + 1 < value.Length && value[i + 1] == (byte)'\n');
            if (value[i] is < 0x20 and not (byte)'\t' or 0x7F && !isLineEnd)
                return true;
        }

        return false;
    }

    /// <summary>UTF-8 may stand in a header field whether or not anybody agreed on it (RFC 6532 §3.2).</summary>
    private void Add(ReadOnlySpan<byte> text)
    {
        if (_addresses.Count >= MaxAddresses || !MailAddress.TryParseUtf8(text, out var address)
            || IsMisleading(address))
        {
            HasUnreadable = true;
        }
        else if (_known.Add(address))
        {
            _addresses.Add(address);
        }
    }

    /// <summary>
    /// An encoded word is none inside of an address (RFC 2047 §5), but mail programs decode it there and show what it
    /// says. A quoted local part without a domain may be shown without its quotes, and a wide @ looks like one.
    /// </summary>
    private static bool IsMisleading(MailAddress address) =>
        address.LocalPart.Contains("=?", StringComparison.Ordinal)
        || (!address.HasDomain && !MailAddressParser.IsDotString(address.LocalPart))
        || (!Ascii.IsValid(address.LocalPart)
            && address.LocalPart.Normalize(NormalizationForm.FormKC).AsSpan().ContainsAny(Specials));
}
