using ActorMail.Bench;

const string usage = """
    smtp-load --server ADDRESS:PORT [--messages N] [--size OCTETS] [--connections C] [--mailboxes M]
              [--domain D] [--folder MAILBOXES] [--tls NAME] [--pid PID] [--name USER] [--from 127.A.B.C]
    strangers --server ADDRESS:PORT [--clients N]
    pop3-load --server ADDRESS:PORT [--user NAME] [--password TEXT] [--pipelined on]
              [--warm-up SESSIONS] [--sessions N]
    pop3-maildrop --server ADDRESS:PORT [--user NAME] [--password TEXT] [--delete on]
              --warm-up ADDRESS:PORT [--warm-up-user NAME] [--sessions N]
    guessers  --server ADDRESS:PORT --pid PID [--clients N] [--logins N] [--password TEXT]
    auth      [--tries N]
    memory    --server ADDRESS:PORT --pid PID [--sessions N] [--mails N] [--size OCTETS] [--warm-up ROUNDS]
    tls-load  --server ADDRESS:PORT [--handshakes N] [--connections C] [--name NAME] [--resume on] [--pid PID]
    tls-memory --server ADDRESS:PORT --pid PID [--protocol smtp|pop3] [--tls off] [--sessions N]
    """;

try
{
    var run = args.FirstOrDefault() switch
    {
        "smtp-load" => SmtpLoad.Run,
        "strangers" => Strangers.Run,
        "pop3-load" => Pop3Load.Run,
        "pop3-maildrop" => Pop3Maildrop.Run,
        "guessers" => Guessers.Run,
        "auth" => AuthTiming.Run,
        "memory" => (Func<Arguments, Task>)MemoryProbe.Run,
        "tls-load" => TlsLoad.Run,
        "tls-memory" => TlsMemoryProbe.Run,
        _ => throw new ArgumentException("no such subcommand"),
    };
    await run(new Arguments(args.AsSpan(1)));
    return 0;
}
catch (Exception fault) when (fault is ArgumentException or FormatException)
{
    Console.Error.WriteLine($"{fault.Message}\n{usage}");
    return 64;
}
catch (Exception fault) when (fault is IOException or InvalidDataException or System.Net.Sockets.SocketException
    or System.Security.Authentication.AuthenticationException)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}
