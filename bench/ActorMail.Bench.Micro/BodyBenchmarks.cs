using System.Buffers;
using ActorMail.Protocols.Wire;
using BenchmarkDotNet.Attributes;

namespace ActorMail.Bench.Micro;

/// <summary>A mail of 1 MiB from the wire to the mailbox file, and back.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class BodyBenchmarks
{
    private const int Block = 64 * 1024;
    private readonly ArrayBufferWriter<byte> _output = new(4 * 1024 * 1024);
    private byte[] _wire = [];
    private byte[] _stored = [];
    private BodyTraits _traits;

    /// <summary>What the mail is made of.</summary>
    [Params("76-octet lines", "998-octet lines", "dot lines", "From lines")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        _wire = Kind switch
        {
            "998-octet lines" => SampleMail.OfLines(998),
            "dot lines" => SampleMail.OfLines(20, ".."),
            "From lines" => SampleMail.OfLines(20, "From "),
            _ => SampleMail.OfLines(76),
        };
        var decoder = Decode();
        (_stored, _traits) = (_output.WrittenSpan.ToArray(), decoder.Traits);
    }

    [Benchmark]
    public DataDecoder Decode()
    {
        _output.ResetWrittenCount();
        var decoder = new DataDecoder(long.MaxValue, 100);
        var input = new ReadOnlySequence<byte>(_wire);
        return decoder.Decode(ref input, _output) == DataResult.End ? decoder
            : throw new InvalidOperationException("the sample has no end");
    }

    [Benchmark]
    public int Encode()
    {
        _output.ResetWrittenCount();
        var encoder = new BodyEncoder(_traits);
        for (var start = 0; start < _stored.Length; start += Block)
            encoder.Write(_stored.AsSpan(start, Math.Min(Block, _stored.Length - start)), _output);
        encoder.WriteEnd(_output);
        return _output.WrittenCount;
    }
}
