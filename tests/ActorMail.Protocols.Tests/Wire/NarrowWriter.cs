using System.Buffers;

namespace ActorMail.Protocols.Tests.Wire;

/// <summary>A buffer writer that never gives out more than a few octets at a time.</summary>
internal sealed class NarrowWriter(int width) : IBufferWriter<byte>
{
    private readonly List<byte> _written = [];
    private byte[] _piece = [];

    public byte[] Written => [.. _written];

    public void Advance(int count) => _written.AddRange(_piece[..count]);

    public Memory<byte> GetMemory(int sizeHint = 0) => _piece = new byte[Math.Max(width, sizeHint)];

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
