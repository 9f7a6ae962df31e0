using System.Buffers;

namespace ActorMail.Protocols.Mime;

/// <summary>Makes one header field with octets above 127 into one of ASCII.</summary>
internal static class SurrogateField
{
    /// <param name="field">With the lines that continue it, and with its line end if it has one.</param>
    /// <param name="lineEnd">For the lines that are broken anew.</param>
    /// <param name="output">Takes the field.</param>
    public static void Write(ReadOnlySpan<byte> field, byte[] lineEnd, IBufferWriter<byte> output)
    {
        var colon = field.IndexOf((byte)':');
        if (colon <= 0 || !IsName(field[..colon]))
        {
            WriteWithoutEightBit(field, output);
            return;
        }

        var last = field.EndsWith("\r\n"u8) ? 2 : field.EndsWith("\n"u8) ? 1 : 0;
        var name = field[..(colon + 1)].ToArray();
        Replace(name);
        var folded = new FoldedField(lineEnd);
        folded.Begin(name);
        WriteUnstructured(field[(colon + 1)..^last], folded);
        folded.End(field[^last..]);
        output.Write(folded.Written);
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
        foreach (var octet in name)
        {
            if (octet is <= 0x20 or 0x7F)
                return false;
        }

        return !name.IsEmpty;
    }

    private static void WriteUnstructured(ReadOnlySpan<byte> value, FoldedField output)
    {
        var words = new WordRuns(output, isPhrase: false);
        while (!value.IsEmpty)
        {
            var length = FieldBlanks.LengthAt(value);
            if (length > 0)
            {
                words.Gap(FieldBlanks.Unfolded(value[..length]), value[..length].Contains((byte)'\n'));
            }
            else
            {
                length = FieldBlanks.DistanceFrom(value);
                words.Add(value[..length]);
            }

            value = value[length..];
        }

        words.End();
    }
}
