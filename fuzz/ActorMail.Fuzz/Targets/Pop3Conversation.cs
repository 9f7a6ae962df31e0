using System.Buffers;
using System.Text;
using ActorMail.Protocols.Pop3;

namespace ActorMail.Fuzz.Targets;

/// <summary>A session whose every login is accepted, and what must hold of it beside a slow model.</summary>
internal sealed class Pop3Conversation
{
    private readonly Pop3Dialog _dialog;
    private readonly Pop3Access _access;
    private readonly MaildropEntry[] _messages;
    private readonly SortedSet<int> _marked = [];
    private bool _isLoggedIn;
    private bool _isLocalized;
    private bool _isUserSaid;

    public Pop3Conversation(byte settings, byte access, int messages)
    {
        _messages = [.. Enumerable.Range(1, messages).Select(
            number => new MaildropEntry((uint)(number * 3), number * 100L, (settings >> number) % 2 == 1))];
        _dialog = new Pop3Dialog(new Pop3Settings
        {
            Language = (settings & 1) == 0 ? "en" : "fr",
            Implementation = (ImplementationNotice)(settings % 3),
            LoginDelay = TimeSpan.FromSeconds(settings & 3),
        });
        _access = new Pop3Access
        {
            IsSecure = (access & 1) != 0,
            CanStartTls = (access & 3) == 2,
            CanLogIn = (access & 4) != 0,
            Mechanisms = (access & 4) != 0 ? ["SCRAM-SHA-256", "PLAIN"] : [],
        };
        _dialog.Begin(_access);
    }

    public bool IsOver { get; private set; }

    public void Say(Pop3Command command)
    {
        var wasUserSaid = _isUserSaid;
        _isUserSaid = command is Pop3Command.User && !_isLoggedIn && _access.CanLogIn;
        var step = _dialog.Accept(command);
        for (var looks = 0; step is Pop3Step.Measure(var number, var uid); looks++)
        {
            Property.Holds(looks < _messages.Length, "each message is looked at once");
            Property.Equal(_messages[number - 1].Uid, uid, "a message has its own name");
            Property.Holds(!_dialog.IsUtf8 && command is Pop3Command.List(not null), "only a list needs sizes");
            step = _dialog.Measured(number, SizeOf(number));
        }

        Take(command, step, wasUserSaid);
        if (_isLoggedIn && !IsOver)
            AssertMaildrop();
    }

    private void Take(Pop3Command command, Pop3Step step, bool wasUserSaid)
    {
        switch (step)
        {
            case Pop3Step.Answer(var reply):
                Note(command, reply);
                AssertWellFormed(reply);
                break;
            case Pop3Step.VerifyPassword:
                Property.Holds(wasUserSaid && !_isLoggedIn && _access.CanLogIn, "PASS stands behind USER");
                LogIn();
                break;
            case Pop3Step.BeginLogin(var mechanism, _):
                Property.Holds(!_isLoggedIn && _access.Offers(mechanism), "a mechanism is on offer");
                LogIn();
                break;
            case Pop3Step.BeginTls(var reply):
                Property.Holds(!_isLoggedIn && _access.CanStartTls && !_dialog.IsUtf8, "TLS can be had");
                AssertWellFormed(reply);
                IsOver = true;
                break;
            case Pop3Step.Send(var number, var uid, var lines) send:
                Property.Holds(_isLoggedIn && !_marked.Contains(number), "a message is there");
                Property.Equal(_messages[number - 1].Uid, uid, "a message has its own name");
                Property.Holds(lines is null or >= 0, "lines are counted from none");
                AssertWellFormed(_dialog.BeginMessage(send, SizeOf(number)));
                break;
            case Pop3Step.Update(var uids):
                Property.Holds(command is Pop3Command.Quit && _isLoggedIn, "only QUIT deletes");
                Property.Holds(
                    uids.SequenceEqual(_marked.Select(number => _messages[number - 1].Uid)), "what was marked goes");
                IsOver = true;
                break;
            case Pop3Step.Goodbye:
                Property.Holds(command is Pop3Command.Quit && !_isLoggedIn, "QUIT ends a session");
                IsOver = true;
                break;
        }
    }

    private void LogIn()
    {
        AssertWellFormed(_dialog.OpenMaildrop(new Maildrop(7, _messages, _dialog.IsUtf8)));
        _isLoggedIn = true;
    }

    private void Note(Pop3Command command, Pop3Reply reply)
    {
        if (command is Pop3Command.Lang(not null) && !reply.IsError)
            _isLocalized = true;
        if (!_isLoggedIn)
            return;
        if (command is Pop3Command.Dele(var number))
        {
            var isThere = number <= _messages.Length && _marked.Add(number);
            Property.Equal(isThere, !reply.IsError, "DELE marks what is there");
        }
        else if (command is Pop3Command.Rset)
        {
            _marked.Clear();
        }
    }

    private long SizeOf(int number) =>
        _messages[number - 1] is { MayNeedSurrogate: true } message && !_dialog.IsUtf8 ? message.Size + 11
            : _messages[number - 1].Size;

    private void AssertMaildrop()
    {
        var maildrop = _dialog.Maildrop;
        Property.Equal(_messages.Length - _marked.Count, maildrop.Count, "marked messages do not count");
        Property.Equal(
            maildrop.Numbers().Sum(number => maildrop.SizeOf(number) ?? _messages[number - 1].Size), maildrop.Size,
            "the sum is that of the sizes");
    }

    /// <summary>RFC 1939 §3, RFC 2449 §6.4.</summary>
    private void AssertWellFormed(Pop3Reply reply)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Pop3ReplyWriter(reply);
        while (writer.WriteTo(output, 100) is var progress and not ReplyProgress.Done)
        {
            if (progress is ReplyProgress.Unknown && _dialog.Maildrop.FindUnmeasured() is { } number)
                _dialog.Maildrop.Measure(number, SizeOf(number));
        }

        var lines = Encoding.UTF8.GetString(output.WrittenSpan).Split("\r\n");
        Property.Holds(lines[^1].Length == 0 && lines.Length >= 2, "a reply is whole");
        Property.Equal(reply.Lines is not null, lines.Length > 2, "a listing is one of more lines");
        var dot = Array.IndexOf(lines, ".");
        Property.Holds(reply.Lines is null || dot == lines.Length - 2, "a dot ends a listing once");
        Property.Holds(lines[0].StartsWith("+OK ", StringComparison.Ordinal)
            || lines[0].StartsWith("-ERR ", StringComparison.Ordinal), "a reply has a status");
        foreach (var line in lines)
        {
            Property.Holds(Encoding.UTF8.GetByteCount(line) <= Pop3Reply.MaxLineLength - 2, "a line is short");
            Property.Holds(!line.Any(char.IsControl) && !line.Contains('\uFFFD'), "a line can be printed");
            var mayBeUtf8 = _isLocalized || reply.Lines is not null;
            Property.Holds(mayBeUtf8 || Ascii.IsValid(line), "a reply is ASCII before LANG");
        }

        Property.Holds(!lines[0].Contains('[', StringComparison.Ordinal) || reply.Code is not null
            || !lines[0].StartsWith("-ERR [", StringComparison.Ordinal), "a bracket begins a code");
    }
}
