using System.Text;
using ActorMail.Protocols.Pop3;

namespace ActorMail.Protocols.Tests.Pop3;

/// <summary>A dialog that is spoken to line by line.</summary>
internal sealed class DialogTester
{
    private readonly Pop3Dialog _dialog;

    public DialogTester(Pop3Settings? settings = null, Pop3Access? access = null)
    {
        _dialog = new Pop3Dialog(settings ?? new Pop3Settings());
        _dialog.Begin(access ?? new Pop3Access { CanLogIn = true, Mechanisms = ["PLAIN"] });
    }

    public Pop3Dialog Dialog => _dialog;

    /// <summary>One that has logged in, to a maildrop of messages with these sizes.</summary>
    public static DialogTester LoggedIn(params long[] sizes)
    {
        var tester = new DialogTester();
        tester.Open([.. sizes.Select((size, index) => new MaildropEntry((uint)index + 1, size))]);
        return tester;
    }

    public string Open(params MaildropEntry[] entries) =>
        _dialog.OpenMaildrop(new Maildrop(0x65a, entries, _dialog.IsUtf8)).StatusLine;

    public Pop3Step Say(string line) => _dialog.Accept(Pop3CommandParser.Parse(Encoding.UTF8.GetBytes(line)));

    public Pop3Reply Reply(string line) => ((Pop3Step.Answer)Say(line)).Reply;

    public string Status(string line) => Reply(line).StatusLine;

    public string[] Lines(string line) => [.. Reply(line).Lines!.Select(Assert.IsType<string>)];
}
