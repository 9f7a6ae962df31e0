namespace ActorMail.Fuzz;

/// <summary>One parser under attack. Any exception of <see cref="Run"/> is a finding.</summary>
internal interface IFuzzTarget
{
    /// <summary>As <c>fuzz/run</c>, the folder of its seeds and that of its findings name it.</summary>
    string Name { get; }

    /// <summary>Octets of the longest input.</summary>
    int MaxLength { get; }

    void Run(ReadOnlySpan<byte> input);
}
