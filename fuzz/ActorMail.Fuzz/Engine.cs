using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace ActorMail.Fuzz;

/// <summary>
/// libFuzzer inside of this process: it makes inputs, and keeps those that take branches no other one took. Nothing of
/// an execution goes through a pipe or a file, which makes it as fast as the target is. It never returns: the process
/// ends when its time is over, or at a fault that no process survives.
/// </summary>
internal sealed unsafe partial class Engine(IFuzzTarget target, Findings findings)
{
    /// <summary>The function that libFuzzer calls has no place for it.</summary>
    private static Engine? _current;

    /// <summary>The assemblies that count branches, and their types that do.</summary>
    public static IReadOnlyList<(string File, Func<string, bool> Counts)> Instrumented { get; } =
    [
        ("ActorMail.Protocols.dll", _ => true),
        ("ActorMail.Storage.dll", type => type.StartsWith("ActorMail.Storage.Addresses.", StringComparison.Ordinal)),
        ("ActorMail.Actors.dll", type => type.StartsWith("ActorMail.Actors.Net.ProxyHeader", StringComparison.Ordinal)
            || type is "ActorMail.Actors.Net.NetworkSet" or "ActorMail.Actors.Net.ClientNetwork"),
    ];

    public int Run(IReadOnlyList<string> options)
    {
        _current = this;
        Trace.SharedMem = GetCounters();
        string[] arguments =
            ["ActorMail.Fuzz", string.Create(null, $"-max_len={target.MaxLength}"), .. options];
        var pointers = (byte**)NativeMemory.Alloc((nuint)(arguments.Length + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < arguments.Length; i++)
            pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(arguments[i]);
        pointers[arguments.Length] = null;
        return RunEngine(arguments.Length, pointers, &Execute);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Execute(byte* data, nuint size)
    {
        var (target, findings) = _current!.Parts;
        var input = new ReadOnlySpan<byte>(data, (int)size);
        findings.Begin(input);
        Trace.PrevLocation = 0;
        try
        {
            target.Run(input);
        }
        catch (Exception fault)
        {
            findings.Add(input, fault);
        }

        return 0;
    }

    private (IFuzzTarget Target, Findings Findings) Parts => (target, findings);

    [LibraryImport("engine", EntryPoint = "engine_counters")]
    private static partial byte* GetCounters();

    [LibraryImport("engine", EntryPoint = "engine_run")]
    private static partial int RunEngine(
        int count, byte** arguments, delegate* unmanaged[Cdecl]<byte*, nuint, int> one);
}
