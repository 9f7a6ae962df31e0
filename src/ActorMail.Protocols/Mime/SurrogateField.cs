using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Makes one header field with octets above 127 into one of ASCII, by what RFC 6857 §3.2 has for its name. A field
/// that is not as it ought to be is text like any other.
/// </summary>
internal static class SurrogateField
{
    /// <summary>Of a field that programs are not to read as what it was (RFC 6857 §3.1.10).</summary>
    private const string Downgraded = "Downgraded-";

    /// <summary>Octets of the longest name that has a kind of its own.</summary>
    private const int MaxKnownLength = 40;

    private static readonly SearchValues<byte> Comma = SearchValues.Create(","u8);
    private static readonly SearchValues<byte> NoSpecials = SearchValues.Create(""u8);

    /// <summary>A line "From " that is quoted in a mailbox file may be a field with a blank before its colon.</summary>
    private static readonly FrozenDictionary<string, Kind> Kinds = new Dictionary<Kind, string>
    {
        [Kind.Addresses] = "From >From Sender Reply-To To Cc Bcc Resent-From Resent-Sender Resent-Reply-To Resent-To "
            + "Resent-Cc Resent-Bcc Return-Path Disposition-Notification-To Return-Receipt-To Errors-To Delivered-To "
            + "Envelope-To X-Original-To Apparently-To Mail-Followup-To Mail-Reply-To",
        [Kind.Comments] = "Date Resent-Date MIME-Version Content-ID Content-Transfer-Encoding Content-Language "
            + "Accept-Language Auto-Submitted",
        [Kind.Ids] = "Message-ID Resent-Message-ID In-Reply-To References Original-Recipient Final-Recipient",
        [Kind.Phrases] = "Keywords",
        [Kind.Received] = "Received",
        [Kind.Parameters] = "Content-Type Content-Disposition",
    }.SelectMany(line => line.Value.Split(' ').Select(name => (Name: name, Kind: line.Key)))
        .ToFrozenDictionary(it => it.Name, it => it.Kind, StringComparer.OrdinalIgnoreCase);

    private enum Kind
    {
        Text,
        Addresses,

        /// <summary>Only comments may be beyond ASCII.</summary>
        Comments,

        /// <summary>What cannot be had in ASCII gets a name that tells programs to leave it alone.</summary>
        Ids,
        Phrases,
        Received,
        Parameters,
    }

    /// <param name="field">With the lines that continue it, and with its line end if it has one.</param>
    /// <param name="lineEnd">For all lines of a field that is written anew.</param>
    /// <param name="output">Takes the field.</param>
    public static void Write(ReadOnlySpan<byte> field, byte[] lineEnd, IBufferWriter<byte> output)
    {
        var colon = field.IndexOf((byte)':');
        if (colon <= 0 || !IsName(field[..colon]))
        {
            WriteWithoutEightBit(field, output);
            return;
        }

        var hasEnd = field.EndsWith("\n"u8);
        var last = field.EndsWith("\r\n"u8) ? 2 : hasEnd ? 1 : 0;
        var name = field[..colon];
        var value = field[(colon + 1)..^last];
        var kind = KindOf(name);
        var folded = kind is Kind.Text ? null : WriteStructured(kind, name, value, lineEnd);
        if (folded is null && kind is Kind.Parameters)
        {
            WriteWithoutEightBit(field, output);
            return;
        }

        folded ??= WriteText(kind is Kind.Ids ? Downgraded : "", name, value, lineEnd);
        output.Write(folded.Written);
        if (hasEnd)
            output.Write(lineEnd);
    }

    /// <summary>Says that something was there, no more: each octet above 127 becomes a question mark.</summary>
    public static void WriteWithoutEightBit(ReadOnlySpan<byte> octets, IBufferWriter<byte> output)
    {
        while (!octets.IsEmpty)
        {
            var target = output.GetSpan();
            var count = Math.Min(target.Length, octets.Length);
            octets[..count].CopyTo(target);
            Replace(target[..count]);
            output.Advance(count);
            octets = octets[count..];
        }
    }

    private static void Replace(Span<byte> octets)
    {
        foreach (ref var octet in octets)
            octet = octet > 127 ? (byte)'?' : octet;
    }

    /// <summary>Blanks before the colon are obsolete (RFC 5322 §4.5), and mail programs do not mind them.</summary>
    private static bool IsName(ReadOnlySpan<byte> name)
    {
        name = name.TrimEnd(" \t"u8);
        return !name.IsEmpty && !name.ContainsAnyInRange((byte)0, (byte)0x20) && !name.Contains((byte)0x7F);
    }

    private static Kind KindOf(ReadOnlySpan<byte> name) =>
        name.Length <= MaxKnownLength && Kinds.TryGetValue(Encoding.Latin1.GetString(name).TrimEnd(), out var kind)
            ? kind
            : Kind.Text;

    /// <summary>Null if the field is not as it ought to be, or cannot be written as it is.</summary>
    private static FoldedField? WriteStructured(
        Kind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, byte[] lineEnd)
    {
        var value = HasControl(text) ? null : FieldValue.Read(text, SpecialsOf(kind));
        if (value is null)
            return null;

        var folded = new FoldedField(lineEnd, [.. name, (byte)':']);
        var structured = new StructuredText(value, folded);
        switch (kind)
        {
            case Kind.Addresses:
                new AddressFields(value, folded).Write();
                break;
            case Kind.Received:
                new ReceivedFields(value, folded).Write();
                break;
            case Kind.Parameters:
                new ParameterFields(value, folded).Write();
                break;
            case Kind.Phrases:
                structured.WritePhrases();
                break;
            case Kind.Ids when !value.IsAsciiButForComments(0, value.Count):
                return null;
            default:
                structured.WriteTokens(0, value.Count);
                break;
        }

        folded.End();
        return folded.IsSound ? folded : null;
    }

    private static SearchValues<byte> SpecialsOf(Kind kind) => kind switch
    {
        Kind.Addresses => AddressFields.Specials,
        Kind.Received => ReceivedFields.Specials,
        Kind.Parameters => ParameterFields.Specials,
        Kind.Phrases => Comma,
        _ => NoSpecials,
    };

    /// <summary>A CR that stands alone is a line end to some programs, and a NUL the end of a text.</summary>
    private static bool HasControl(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is < 0x20 or 0x7F && !FieldBlanks.IsAt(text, i))
                return true;
        }

        return false;
    }

    private static FoldedField WriteText(
        string prefix, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, byte[] lineEnd)
    {
        byte[] ascii = [.. Encoding.ASCII.GetBytes(prefix), .. name, (byte)':'];
        Replace(ascii);
        var folded = new FoldedField(lineEnd, ascii);
        var words = new WordRuns(folded, isPhrase: false);
        while (!text.IsEmpty)
        {
            var length = FieldBlanks.LengthAt(text);
            if (length > 0)
            {
                words.Gap(FieldBlanks.Unfolded(text[..length]), text[..length].Contains((byte)'\n'));
            }
            else
            {
                length = FieldBlanks.DistanceFrom(text);
                words.Add(text[..length]);
            }

            text = text[length..];
        }

        words.End();
        folded.End();
        return folded;
    }
}
