using ActorMail.Bench;
using ActorMail.Bench.Store;

const string usage = """
    store [--rounds N] [--seconds S] [--writers W] [--mailboxes 1,100,1000]
          [--parts floor,actors,MailStore] [--folder DATA]
    open  [--rounds N] [--messages N] [--size OCTETS] [--folder DATA]
          [--parts rebuild,open,expunge,compact,expunge-all,recover]
    """;

try
{
    var arguments = new Arguments(args.AsSpan(Math.Min(1, args.Length)));
    switch (args.FirstOrDefault())
    {
        case "store":
            await StoreBench.Run(arguments);
            break;
        case "open":
            await OpenBench.Run(arguments);
            break;
        case RecoveryBench.FillCommand:
            RecoveryBench.FillAndDie(arguments);
            break;
        default:
            throw new ArgumentException("no such subcommand");
    }

    return 0;
}
catch (Exception fault) when (fault is ArgumentException or FormatException)
{
    Console.Error.WriteLine($"{fault.Message}\n{usage}");
    return 64;
}
catch (IOException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}
