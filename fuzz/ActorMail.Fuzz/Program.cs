using ActorMail.Fuzz;
using SharpFuzz;

return args switch
{
    ["list"] => List(FuzzTargets.All),
    ["list", "self-tests"] => List(FuzzTargets.SelfTests),
    ["instrument", var folder] => Instrument(folder),
    ["fuzz", var name, var findings, .. var options] when FuzzTargets.Find(name) is { } target =>
        new Engine(target, new Findings(findings)).Run(options),
    ["repeat", var name, .. var files] when FuzzTargets.Find(name) is { } target => Repeat(target, files),
    _ => Refuse(),
};

static int List(IEnumerable<IFuzzTarget> targets)
{
    foreach (var target in targets)
        Console.WriteLine(target.Name);
    return 0;
}

// The counters go into a copy: what is repeated runs as it was compiled.
static int Instrument(string folder)
{
    foreach (var assembly in Engine.Instrumented)
        Fuzzer.Instrument(Path.Join(folder, assembly.File), assembly.Counts, Options.Value);
    return 0;
}

static int Repeat(IFuzzTarget target, string[] files)
{
    foreach (var file in files)
    {
        target.Run(File.ReadAllBytes(file));
        Console.WriteLine($"{file}: nothing is wrong");
    }

    return 0;
}

static int Refuse()
{
    Console.Error.WriteLine("""
        ActorMail.Fuzz list [self-tests]
        ActorMail.Fuzz instrument FOLDER            count branches in the copies of our assemblies there
        ActorMail.Fuzz fuzz TARGET FOLDER OPTION... findings go to the folder; the options are libFuzzer's
        ActorMail.Fuzz repeat TARGET FILE...        run the target on each file once, and fail as it does
        fuzz/run does all of it.
        """);
    return 2;
}
