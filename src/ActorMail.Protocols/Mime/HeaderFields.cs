using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using ActorMail.Protocols.Mail;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// What submission has to know of a message's header (RFC 6409 §6.1, §8): whom it claims to be from, and whether it
/// has a date and an id. Reading never throws, and its time grows with the size of the header.
/// </summary>
/// <param name="FromCount">How many From fields there are; one is right (RFC 5322 §3.6).</param>
/// <param name="Authors">Each address that a reader of a From or Sender field may take for the author, once.</param>
/// <param name="HasUnreadableAuthor">
/// A From or Sender field has something that mail programs may show as an address and that this reader does not
/// understand, or not for sure. No check of <paramref name="Authors"/> is then worth anything.
/// </param>
public sealed record HeaderFields(
    int FromCount, ImmutableArray<MailAddress> Authors, bool HasUnreadableAuthor, bool HasDate, bool HasMessageId)
{
    /// <summary>From and Sender fields in all: RFC 5322 allows two, and each costs time.</summary>
    private const int MaxAuthorFields = 10;

    private const int MaxDisguiseLength = 64;

    /// <summary>Reads lines that end with LF or CRLF, up to an empty line or to the end.</summary>
    /// <param name="header">The header, its blank line included.</param>
    /// <param name="isRaw">
    /// It is as it came, and its lines end with CRLF. Mail programs do not agree about a CR or LF that stands alone:
    /// what is one field to this reader may be two to another, so that no author is certain.
    /// </param>
    public static HeaderFields Read(ReadOnlySpan<byte> header, bool isRaw = false)
    {
        var reader = new Reader { IsAmbiguous = isRaw && HasBareLineEnd(header) };
        while (TryReadField(ref header, out var field))
            reader.Take(field);
        return reader.Result();
    }

    private static bool HasBareLineEnd(ReadOnlySpan<byte> header)
    {
        for (var end = header.IndexOfAny((byte)'\r', (byte)'\n'); end >= 0;
            end = header.IndexOfAny((byte)'\r', (byte)'\n'))
        {
            if (!header[end..].StartsWith("\r\n"u8))
                return true;
            header = header[(end + 2)..];
        }

        return false;
    }

    /// <summary>
    /// The next line with those that continue it. A continuation of nothing is a field as well: some programs take
    /// it for one.
    /// </summary>
    private static bool TryReadField(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> field)
    {
        field = default;
        if (rest.IsEmpty || rest[0] == (byte)'\n' || rest.StartsWith("\r\n"u8))
            return false;

        var length = 0;
        do
        {
            var end = rest[length..].IndexOf((byte)'\n');
            length = end < 0 ? rest.Length : length + end + 1;
        }
        while (length < rest.Length && rest[length] is (byte)' ' or (byte)'\t');
        field = rest[..length];
        rest = rest[length..];
        return true;
    }

    private sealed class Reader
    {
        private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n"u8);

        private readonly AuthorReader _authors = new();
        private int _authorFields;
        private int _fromCount;
        private bool _isDisguised;
        private bool _hasDate;
        private bool _hasMessageId;

        public bool IsAmbiguous { get; init; }

        public void Take(ReadOnlySpan<byte> field)
        {
            var colon = field.IndexOf((byte)':');
            if (colon < 0)
                return;

            // Blanks before the colon are obsolete (RFC 5322 §4.5), and mail programs do not mind them.
            var name = Trim(field[..colon]);
            var isFrom = Ascii.EqualsIgnoreCase(name, "From"u8);
            if (isFrom)
                _fromCount++;
            if ((isFrom || Ascii.EqualsIgnoreCase(name, "Sender"u8)) && ++_authorFields <= MaxAuthorFields)
                _authors.Read(field[(colon + 1)..]);
            if (IsDisguised(name))
                _isDisguised = true;
            _hasDate |= Ascii.EqualsIgnoreCase(name, "Date"u8);
            _hasMessageId |= Ascii.EqualsIgnoreCase(name, "Message-ID"u8);
        }

        public HeaderFields Result() => new(
            _fromCount, _authors.Addresses,
            IsAmbiguous || _authors.HasUnreadable || _isDisguised || _authorFields > MaxAuthorFields,
            _hasDate, _hasMessageId);

        /// <summary>
        /// A name that is From or Sender to who passes over what cannot be in a name (RFC 5322 §2.2), as some do.
        /// </summary>
        private static bool IsDisguised(ReadOnlySpan<byte> name)
        {
            if (name.Length > MaxDisguiseLength || !name.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
                return false;

            Span<byte> visible = stackalloc byte[MaxDisguiseLength];
            var length = 0;
            foreach (var octet in name)
            {
                if (octet is >= (byte)'!' and <= (byte)'~')
                    visible[length++] = octet;
            }

            return Ascii.EqualsIgnoreCase(visible[..length], "From"u8)
                || Ascii.EqualsIgnoreCase(visible[..length], "Sender"u8);
        }

        private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> name)
        {
            var first = name.IndexOfAnyExcept(Blanks);
            return first < 0 ? default : name[first..(name.LastIndexOfAnyExcept(Blanks) + 1)];
        }
    }
}
