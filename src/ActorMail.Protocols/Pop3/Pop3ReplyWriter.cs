using System.Buffers;
using System.Text;

namespace ActorMail.Protocols.Pop3;

/// <summary>
/// Writes one reply by parts, so that the listing of a mailbox with a million messages need not be in memory at once.
/// </summary>
public sealed class Pop3ReplyWriter(Pop3Reply reply) : IDisposable
{
    private const int MaxTextLength = Pop3Reply.MaxLineLength - 3;

    private readonly IEnumerator<string?>? _lines = reply.Lines?.GetEnumerator();
    private bool _isBegun;
    private bool _isDone;

    /// <summary>
    /// Writes whole lines until about <paramref name="maxOctets"/> are out, or one is not known. Unless it is done it
    /// has to be called again.
    /// </summary>
    public ReplyProgress WriteTo(IBufferWriter<byte> output, int maxOctets)
    {
        var written = 0;
        if (!_isBegun)
        {
            _isBegun = true;
            written = WriteLine(output, reply.StatusLine);
            _isDone = _lines is null;
        }

        while (!_isDone)
        {
            if (written >= maxOctets)
                return ReplyProgress.More;

            if (!_lines!.MoveNext())
            {
                WriteLine(output, ".");
                _isDone = true;
            }
            else if (_lines.Current is { } line)
            {
                written += WriteContent(output, line);
            }
            else
            {
                return ReplyProgress.Unknown;
            }
        }

        return ReplyProgress.Done;
    }

    public void Dispose() => _lines?.Dispose();

    /// <summary>A line must not end the listing before its time (RFC 1939 §3).</summary>
    private int WriteContent(IBufferWriter<byte> output, string line)
    {
        var clean = reply.CleanLine(line, MaxTextLength);
        return WriteLine(output, clean.StartsWith('.') ? "." + clean : clean);
    }

    internal static int WriteLine(IBufferWriter<byte> output, string line)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(line.Length) + 2);
        var length = Encoding.UTF8.GetBytes(line, span);
        "\r\n"u8.CopyTo(span[length..]);
        output.Advance(length + 2);
        return length + 2;
    }
}
