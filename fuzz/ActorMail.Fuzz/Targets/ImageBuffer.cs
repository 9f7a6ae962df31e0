using ActorMail.Protocols.Tests.Wire;
using ActorMail.Protocols.Wire;

namespace ActorMail.Fuzz.Targets;

/// <summary>Takes an image, a few octets at a time, and can be told once that it is raw.</summary>
internal sealed class ImageBuffer(int width) : IImageWriter
{
    private byte[] _written = [];
    private NarrowWriter _behind = new(width);

    public byte[] Written => [.. _written, .. _behind.Written];

    public bool IsRaw { get; private set; }

    public void AddReturns()
    {
        Property.Holds(!IsRaw, "an image turns raw once");
        IsRaw = true;
        _written = Pieces.Octets(Pieces.Text(Written).Replace("\n", "\r\n", StringComparison.Ordinal));
        _behind = new NarrowWriter(width);
    }

    public void Advance(int count) => _behind.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => _behind.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _behind.GetSpan(sizeHint);
}
