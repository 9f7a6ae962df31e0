using System.Text;
using ActorMail.Protocols.Pop3;
using ActorMail.Protocols.Smtp;
using BenchmarkDotNet.Attributes;

namespace ActorMail.Bench.Micro;

/// <summary>One command line to its value.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class CommandBenchmarks
{
    private readonly byte[] _rcpt = Encoding.ASCII.GetBytes("RCPT TO:<alice.liddell@mail.example.org>");
    private readonly byte[] _mail = Encoding.ASCII.GetBytes("MAIL FROM:<bob@example.net> SIZE=1234 BODY=8BITMIME");
    private readonly byte[] _retr = Encoding.ASCII.GetBytes("RETR 1024");
    private readonly byte[] _rubbish = Encoding.ASCII.GetBytes("GET_THE_MAIL /index.html HTTP/1.1");
    private readonly SmtpSettings _settings = new() { Hostname = "mail.example.org" };

    [Benchmark]
    public SmtpCommand Rcpt() => SmtpCommandParser.Parse(_rcpt, _settings);

    [Benchmark]
    public SmtpCommand MailWithParameters() => SmtpCommandParser.Parse(_mail, _settings);

    [Benchmark]
    public SmtpCommand Rubbish() => SmtpCommandParser.Parse(_rubbish, _settings);

    [Benchmark]
    public Pop3Command Retr() => Pop3CommandParser.Parse(_retr);
}
