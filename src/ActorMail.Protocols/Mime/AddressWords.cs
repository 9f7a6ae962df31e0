using System.Buffers;

namespace ActorMail.Protocols.Mime;

/// <summary>
/// Finds what looks like an address anywhere in a field: each run of octets with an <c>@</c> that stands outside of
/// quotes and comments. It knows no display names, groups or routes, so that no disagreement about them hides one.
/// </summary>
internal static class AddressWords
{
    /// <summary>Hands over each; false if a quote, a comment or a literal has no end or no beginning.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, Action<ReadOnlySpan<byte>> found)
    {
        var word = new Word(found);
        var depth = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var octet = value[i];
            if (depth > 0)
            {
                depth += octet == (byte)'(' ? 1 : octet == (byte)')' ? -1 : 0;
                i += octet == (byte)'\\' ? 1 : 0;
            }
            else if (octet is (byte)'"' or (byte)'[')
            {
                var length = SpanLength(value[i..]);
                if (length == 0)
                    return false;
                word.AddSpan(value.Slice(i, length));
                i += length - 1;
            }
            else if (octet == (byte)'(')
            {
                depth = 1;
                word.Pause();
            }
            else if (octet is (byte)')' or (byte)']' or (byte)'\\')
            {
                return false;
            }
            else
            {
                word.Add(octet);
            }
        }

        word.End();
        return depth == 0;
    }

    /// <summary>The length of a quoted string or a literal with both its ends; 0 without the second.</summary>
    private static int SpanLength(ReadOnlySpan<byte> text)
    {
        var last = text[0] == (byte)'"' ? (byte)'"' : (byte)']';
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\')
                i++;
            else if (text[i] == last)
                return i + 1;
        }

        return 0;
    }

    private sealed class Word(Action<ReadOnlySpan<byte>> found)
    {
        private readonly ArrayBufferWriter<byte> _text = new();
        private bool _hasAt;
        private bool _isPaused;

        public void Add(byte octet)
        {
            if (octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                Pause();
            else if (octet is (byte)',' or (byte)';' or (byte)':' or (byte)'<' or (byte)'>')
                End();
            else
                Append(octet == (byte)'@', [octet]);
        }

        public void AddSpan(ReadOnlySpan<byte> span) => Append(isAt: false, span);

        /// <summary>Blanks and comments may stand around an <c>@</c>, and part words elsewhere.</summary>
        public void Pause() => _isPaused = true;

        public void End()
        {
            if (_hasAt)
                found(_text.WrittenSpan);
            _text.ResetWrittenCount();
            _hasAt = false;
            _isPaused = false;
        }

        private void Append(bool isAt, ReadOnlySpan<byte> octets)
        {
            if (_isPaused && !isAt && _text.WrittenSpan is not [.., (byte)'@'])
                End();
            _isPaused = false;
            _hasAt |= isAt;
            _text.Write(octets);
        }
    }
}
