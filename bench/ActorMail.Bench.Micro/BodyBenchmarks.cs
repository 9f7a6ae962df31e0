using System.Buffers;
using ActorMail.Protocols.Wire;
using BenchmarkDotNet.Attributes;

namespace ActorMail.Bench.Micro;

/// <summary>
/// Mail from the wire to the mailbox file, and back, octet by octet (or line by line) and by blocks in one run: the
/// two stand next to each other, whatever else the machine has to do.
/// </summary>
[MemoryDiagnoser]
[ShortRunJob]
[Config(typeof(ThroughputConfig))]
public class BodyBenchmarks
{
    private const int Block = 64 * 1024;
    private ArrayBufferWriter<byte> _output = new();
    private byte[][] _wire = [];
    private byte[][] _chunks = [];
    private (byte[] Octets, BodyTraits Traits)[] _stored = [];

    public static IEnumerable<string> Kinds => SampleMail.Kinds;

    /// <summary>What the mail is made of.</summary>
    [ParamsSource(nameof(Kinds))]
    public string Kind { get; set; } = "";

    [Params(false, true)]
    public bool IsVectorized { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _wire = SampleMail.Of(Kind);
        _output = new ArrayBufferWriter<byte>(4 * _wire.Max(mail => mail.Length));
        // The dots that DATA stuffs stay in: to a chunk they are text.
        _chunks = [.. _wire.Select(mail => mail[..^".\r\n".Length])];
        _stored = [.. _wire.Select(mail =>
        {
            var traits = Decode(mail).Traits;
            return (_output.WrittenSpan.ToArray(), traits);
        })];
    }

    [Benchmark]
    public void Decode()
    {
        foreach (var mail in _wire)
            Decode(mail);
    }

    [Benchmark]
    public void DecodeChunk()
    {
        foreach (var mail in _chunks)
        {
            _output.ResetWrittenCount();
            var decoder = new ChunkDecoder(long.MaxValue, int.MaxValue) { IsVectorized = IsVectorized };
            var input = new ReadOnlySequence<byte>(mail);
            decoder.BeginChunk(mail.Length, isLast: true);
            decoder.Decode(ref input, new TextImage(_output));
        }
    }

    /// <summary>One LF stands alone in front of the body, so that all of it is stored as it comes.</summary>
    [Benchmark]
    public void DecodeRawChunk()
    {
        foreach (var mail in _chunks)
        {
            _output.ResetWrittenCount();
            var decoder = new ChunkDecoder(long.MaxValue, int.MaxValue) { IsVectorized = IsVectorized };
            var output = new TextImage(_output);
            decoder.BeginChunk(1 + mail.Length, isLast: true);
            var start = new ReadOnlySequence<byte>("\n"u8.ToArray());
            decoder.Decode(ref start, output);
            var input = new ReadOnlySequence<byte>(mail);
            decoder.Decode(ref input, output);
        }
    }

    [Benchmark]
    public void Encode()
    {
        foreach (var (octets, traits) in _stored)
        {
            _output.ResetWrittenCount();
            var encoder = new BodyEncoder(traits) { IsVectorized = IsVectorized };
            for (var start = 0; start < octets.Length; start += Block)
                encoder.Write(octets.AsSpan(start, Math.Min(Block, octets.Length - start)), _output);
            encoder.WriteEnd(_output);
        }
    }

    private DataDecoder Decode(byte[] mail)
    {
        _output.ResetWrittenCount();
        var decoder = new DataDecoder(long.MaxValue, int.MaxValue) { IsVectorized = IsVectorized };
        var input = new ReadOnlySequence<byte>(mail);
        return decoder.Decode(ref input, _output) == DataResult.End ? decoder
            : throw new InvalidOperationException("the sample has no end");
    }

    /// <summary>Of messages that turn raw before anything is written.</summary>
    private sealed class TextImage(ArrayBufferWriter<byte> output) : IImageWriter
    {
        public long AddReturns(long position) => output.WrittenCount == 0
            ? position
            : throw new InvalidOperationException("the sample is text");

        public void Advance(int count) => output.Advance(count);

        public Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

        public Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);
    }
}
