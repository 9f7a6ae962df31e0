using System.Globalization;
using ActorMail.Server.Cli;

// All texts are English; those of the libraries must not mix in the language of the machine.
CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
return await CommandLine.RunAsync(args, Terminal.OfProcess());
