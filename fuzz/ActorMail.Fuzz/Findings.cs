using System.Diagnostics;
using System.Globalization;
using System.IO.MemoryMappedFiles;

namespace ActorMail.Fuzz;

/// <summary>
/// A folder with the inputs at which something was wrong: the shortest of each fault, with its exception beside it. The
/// input under way lies there too, as <c>current</c>, and is still there when the process is not.
/// </summary>
internal sealed unsafe class Findings
{
    /// <summary>Faults that differ; who has found so many need not look for more.</summary>
    private const int MaxFaults = 20;

    private const int MaxInput = 1 << 20;

    private readonly string _folder;
    private readonly byte* _current;
    private readonly Dictionary<string, (int Number, int Length)> _faults = [];

    public Findings(string folder)
    {
        _folder = folder;
        var file = MemoryMappedFile.CreateFromFile(
            Path.Join(folder, "current"), FileMode.Create, null, sizeof(int) + MaxInput);
        var view = file.CreateViewAccessor();
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _current);
    }

    /// <summary>Writes four octets of length, and the input.</summary>
    public void Begin(ReadOnlySpan<byte> input)
    {
        *(int*)_current = input.Length;
        input.CopyTo(new Span<byte>(_current + sizeof(int), MaxInput));
    }

    public void Add(ReadOnlySpan<byte> input, Exception fault)
    {
        var place = PlaceOf(fault);
        var isKnown = _faults.TryGetValue(place, out var known);
        if (isKnown && known.Length <= input.Length)
            return;

        var number = isKnown ? known.Number : _faults.Count + 1;
        _faults[place] = (number, input.Length);
        var path = Path.Join(_folder, string.Create(CultureInfo.InvariantCulture, $"exception-{number}"));
        File.WriteAllBytes(path, input);
        File.WriteAllText(path + ".txt", fault + "\n");
        if (_faults.Count >= MaxFaults)
            Environment.FailFast("Too many faults.");
    }

    /// <summary>One fault throws at one place, whatever the text of its exception.</summary>
    private static string PlaceOf(Exception fault)
    {
        var frames = new StackTrace(fault).GetFrames().Take(5).Select(
            frame => string.Create(CultureInfo.InvariantCulture, $"{frame.GetMethod()} {frame.GetILOffset()}"));
        return $"{fault.GetType()} {string.Join(' ', frames)}";
    }
}
