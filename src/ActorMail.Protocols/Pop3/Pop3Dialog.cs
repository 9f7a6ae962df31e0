namespace ActorMail.Protocols.Pop3;

/// <summary>
/// All that was said so far in a session, and what the next command means after it (RFC 1939 §4 to §6). It waits for
/// nobody: what needs another's answer is a <see cref="Pop3Step"/>, and the answer comes back by a method here.
/// <code>
/// Authorization --USER, PASS: VerifyPassword; AUTH: BeginLogin--> OpenMaildrop --> Transaction --QUIT--> Update
///               STLS: BeginTls --> Begin
/// </code>
/// </summary>
public sealed class Pop3Dialog(Pop3Settings settings)
{
    private Pop3Access _access = new();
    private Pop3Phrases _phrases = Pop3Phrases.Default;
    private string? _user;
    private bool _isLocalized;
    private Maildrop? _maildrop;
    private Pop3Command? _pending;

    /// <summary>The client has said UTF8: messages go out as they are (RFC 6856 §2.1).</summary>
    public bool IsUtf8 { get; private set; }

    public Maildrop Maildrop => _maildrop ?? throw new InvalidOperationException("Nobody has logged in.");

    public Pop3Reply Greeting => Ok(_phrases.Ready);

    private string MechanismNames => string.Join(' ', _access.Mechanisms);

    /// <summary>
    /// The connection is new, or another since TLS has begun: nothing that was said before counts any more
    /// (RFC 2595 §4).
    /// </summary>
    public void Begin(Pop3Access access)
    {
        (_access, _phrases, _isLocalized) = (access, Pop3Phrases.Default, false);
        (_user, IsUtf8, _maildrop, _pending) = (null, false, null, null);
    }

    public Pop3Step Accept(Pop3Command command)
    {
        var user = _user;
        // PASS counts only right behind USER (RFC 1939 §7).
        _user = null;
        return command switch
        {
            Pop3Command.Invalid(var fault, var verb) => Answer(Err(Explain(fault, verb ?? default))),
            Pop3Command.Capa => Answer(Listing(
                _phrases.CapabilitiesFollow, Pop3Capabilities.Of(settings, _access, _maildrop is not null))),
            Pop3Command.Lang(var range) => Answer(range is null ? Languages() : ChooseLanguage(range)),
            Pop3Command.Help(var topic) => Answer(Help(topic)),
            _ when _maildrop is not null => AcceptInTransaction(command, _maildrop),
            _ => AcceptInAuthorization(command, user),
        };
    }

    /// <summary>A login went well, and the mailbox is the session's own.</summary>
    public Pop3Reply OpenMaildrop(Maildrop maildrop)
    {
        _maildrop = maildrop;
        return Ok(_phrases.Summary(maildrop.Count, maildrop.Size));
    }

    /// <summary>What <see cref="Pop3Step.Measure"/> asked for; goes on with the command that needed it.</summary>
    public Pop3Step Measured(int number, long? size)
    {
        Maildrop.Measure(number, size);
        return AcceptInTransaction(_pending!, Maildrop);
    }

    /// <summary>The message that is about to be sent; with its size if nobody knew it before.</summary>
    public Pop3Reply BeginMessage(Pop3Step.Send send, long size)
    {
        if (Maildrop.SizeOf(send.Number) is null)
            Maildrop.Measure(send.Number, size);
        return Ok(send.BodyLines is null ? _phrases.Octets(size) : _phrases.TopFollows);
    }

    /// <summary>The marked messages are gone.</summary>
    public Pop3Reply Goodbye() => Ok(_phrases.Goodbye);

    /// <summary>Something that was asked for could not be done, or the session has to end.</summary>
    public Pop3Reply Refuse(Pop3Refusal refusal) => refusal switch
    {
        Pop3Refusal.WrongLogin => Err(_phrases.WrongLogin, Pop3Codes.Auth),
        Pop3Refusal.LoginNotChecked => Err(_phrases.LoginNotChecked, Pop3Codes.SysTemp),
        Pop3Refusal.LoginCancelled => Err(_phrases.LoginCancelled),
        Pop3Refusal.InUse => Err(_phrases.InUse, Pop3Codes.InUse),
        Pop3Refusal.MailboxUnavailable => Err(_phrases.MailboxUnavailable, Pop3Codes.SysTemp),
        Pop3Refusal.MessageUnavailable => Err(_phrases.MessageUnavailable, Pop3Codes.SysTemp),
        Pop3Refusal.NotDeleted => Err(_phrases.NotDeleted, Pop3Codes.SysTemp),
        Pop3Refusal.BareLineFeed => Err(_phrases.BareLineFeed, Pop3Codes.SysTemp),
        Pop3Refusal.TimedOut => Err(_phrases.TimedOut, Pop3Codes.SysTemp),
        Pop3Refusal.SessionTooLong => Err(_phrases.SessionTooLong, Pop3Codes.SysTemp),
        Pop3Refusal.TooManyCommands => Err(_phrases.TooManyCommands, Pop3Codes.SysTemp),
        Pop3Refusal.TooManyErrors => Err(_phrases.TooManyErrors, Pop3Codes.SysTemp),
        Pop3Refusal.TlsOnPlainPort => Err(_phrases.TlsOnPlainPort),
        Pop3Refusal.SpokeEarly => Err(_phrases.SpokeEarly),
        Pop3Refusal.ShuttingDown => Err(_phrases.ShuttingDown, Pop3Codes.SysTemp),
        _ => Err(_phrases.Failed, Pop3Codes.SysTemp),
    };

    public Pop3Reply RefuseMalformedLogin(string reason) => Err(_phrases.LoginMalformed(reason));

    /// <summary>RFC 2449 §8.1.1.</summary>
    public Pop3Reply RefuseLoginSoSoon(TimeSpan remaining) => Err(
        _phrases.UsedLately(remaining > TimeSpan.FromMinutes(2)
            ? $"{Math.Ceiling(remaining.TotalMinutes)} min"
            : $"{Math.Ceiling(remaining.TotalSeconds)} s"),
        Pop3Codes.LoginDelay);

    private static Pop3Step.Answer Answer(Pop3Reply reply) => new(reply);

    private Pop3Step AcceptInAuthorization(Pop3Command command, string? user)
    {
        switch (command)
        {
            case Pop3Command.User or Pop3Command.Pass or Pop3Command.Auth when !_access.CanLogIn:
                return Answer(Err(_phrases.TlsFirst));
            case Pop3Command.User or Pop3Command.Pass when !_access.TakesPasswords:
                return Answer(Err(_phrases.Mechanisms(MechanismNames)));
            case Pop3Command.User(var name):
                _user = name;
                return Answer(Ok(_phrases.SendPass));
            case Pop3Command.Pass(var password):
                return user is null
                    ? Answer(Err(_phrases.SendUserFirst))
                    : new Pop3Step.VerifyPassword(user, password);
            case Pop3Command.Auth(var mechanism, var initial):
                return _access.Offers(mechanism)
                    ? new Pop3Step.BeginLogin(mechanism, initial)
                    : Answer(Err(_phrases.Mechanisms(MechanismNames)));
            case Pop3Command.Stls:
                return AcceptStls();
            case Pop3Command.Utf8:
                IsUtf8 = true;
                return Answer(Ok(_phrases.Utf8Chosen));
            case Pop3Command.Quit:
                return new Pop3Step.Goodbye(Goodbye());
            default:
                return Answer(Err(
                    !_access.CanLogIn ? _phrases.TlsFirst
                    : _access.TakesPasswords ? _phrases.LogInFirst : _phrases.LogInByAuth));
        }
    }

    private Pop3Step AcceptStls() => _access switch
    {
        { IsSecure: true } => Answer(Err(_phrases.TlsInUse)),
        { CanStartTls: false } => Answer(Err(_phrases.NoTls)),
        _ when IsUtf8 => Answer(Err(_phrases.TlsBeforeUtf8)),
        _ => new Pop3Step.BeginTls(Ok(_phrases.BeginTls)),
    };

    private Pop3Step AcceptInTransaction(Pop3Command command, Maildrop maildrop)
    {
        var number = NumberIn(command);
        if (number is not null && maildrop.Find(number.Value) is null)
            return Answer(Missing(number.Value, maildrop));
        if (command is Pop3Command.List(int unmeasured) && maildrop.SizeOf(unmeasured) is null)
        {
            _pending = command;
            return new Pop3Step.Measure(unmeasured, maildrop.Find(unmeasured)!.Value.Uid);
        }

        switch (command)
        {
            case Pop3Command.Retr(var retrieved):
                return new Pop3Step.Send(retrieved, maildrop.Find(retrieved)!.Value.Uid, null);
            case Pop3Command.Top(var retrieved, var lines):
                return new Pop3Step.Send(retrieved, maildrop.Find(retrieved)!.Value.Uid, lines);
            case Pop3Command.Quit:
                return new Pop3Step.Update(maildrop.DeletedUids);
            case Pop3Command.Dele(var deleted):
                maildrop.Mark(deleted);
                return Answer(Ok(_phrases.WillBeDeleted(deleted)));
            case Pop3Command.Rset:
                maildrop.TakeMarksBack();
                return Answer(Ok(_phrases.Summary(maildrop.Count, maildrop.Size)));
            default:
                return Answer(Look(command, maildrop));
        }
    }

    /// <summary>What is asked and changes nothing.</summary>
    private Pop3Reply Look(Pop3Command command, Maildrop maildrop) => command switch
    {
        Pop3Command.Stat => Ok($"{maildrop.Count} {maildrop.Size}"),
        Pop3Command.List(int number) => Ok(SizeLine(number, maildrop)),
        Pop3Command.List => Listing(_phrases.Summary(maildrop.Count, maildrop.Size), SizeLines(maildrop)),
        Pop3Command.Uidl(int number) => Ok(UniqueIdLine(number, maildrop)),
        Pop3Command.Uidl => Listing(
            _phrases.UniqueIdsFollow, maildrop.Numbers().Select(it => UniqueIdLine(it, maildrop))),
        Pop3Command.Noop => Ok(_phrases.NothingDone),
        Pop3Command.Stls => Err(_phrases.TlsBeforeLogin),
        Pop3Command.Utf8 => Err(_phrases.Utf8BeforeLogin),
        _ => Err(_phrases.LoggedInAlready),
    };

    private static int? NumberIn(Pop3Command command) => command switch
    {
        Pop3Command.List(var number) => number,
        Pop3Command.Uidl(var number) => number,
        Pop3Command.Retr(var number) => number,
        Pop3Command.Top(var number, _) => number,
        Pop3Command.Dele(var number) => number,
        _ => null,
    };

    /// <summary>Null where somebody has to look first: the session does, and goes on behind it.</summary>
    private static IEnumerable<string?> SizeLines(Maildrop maildrop)
    {
        foreach (var number in maildrop.Numbers())
        {
            while (maildrop.SizeOf(number) is null)
                yield return null;
            yield return SizeLine(number, maildrop);
        }
    }

    private static string SizeLine(int number, Maildrop maildrop) => $"{number} {maildrop.SizeOf(number)!.Value}";

    private static string UniqueIdLine(int number, Maildrop maildrop) => $"{number} {maildrop.UniqueIdOf(number)}";

    private Pop3Reply Missing(int number, Maildrop maildrop) => Err(
        maildrop.IsMarked(number) ? _phrases.IsDeleted(number)
            : maildrop.Last == 0 ? _phrases.NoMessages : _phrases.LastIs(maildrop.Last));

    private Pop3Reply Languages() =>
        // In their own words, whatever the session speaks (RFC 6856 §3.2).
        Listing(_phrases.LanguagesFollow, Pop3Phrases.All.Select(it => $"{it.Tag} {it.Name}")) with { IsUtf8 = true };

    private Pop3Reply ChooseLanguage(string range)
    {
        if (Pop3Phrases.Find(range == "*" ? settings.Language : range) is not { } phrases)
            return Err(_phrases.UnknownLanguage(string.Join(", ", Pop3Phrases.All.Select(it => it.Tag))));

        (_phrases, _isLocalized) = (phrases, true);
        return Ok($"{phrases.Tag} {phrases.LanguageChosen}");
    }

    private Pop3Reply Help(string? topic)
    {
        if (topic is null)
            return Listing(_phrases.HelpFollows, Pop3Help.Lines(_phrases, _access, _maildrop is not null, IsUtf8));

        return Pop3Help.About(topic, _phrases) is { } text ? Ok(text) : Err(_phrases.NoSuchTopic);
    }

    private string Explain(Pop3Fault fault, Pop3Verb verb) => fault switch
    {
        Pop3Fault.NotText => _phrases.NotText,
        Pop3Fault.BareLineFeed => _phrases.BareLineFeed,
        Pop3Fault.TooLong => _phrases.LineTooLong(settings.MaxLineLength),
        Pop3Fault.Empty => _phrases.Empty,
        Pop3Fault.Syntax => _phrases.Syntax(_phrases.Form(verb)),
        Pop3Fault.NoNumber => _phrases.NoNumber(_phrases.Form(verb)),
        Pop3Fault.NoArgument => _phrases.NoArgument(Pop3Verbs.KeywordOf(verb)),
        Pop3Fault.Apop => _phrases.ApopNotOffered,
        Pop3Fault.OtherProtocol => _phrases.OtherProtocol,
        Pop3Fault.Misspelt => _phrases.DidYouMean(Pop3Verbs.KeywordOf(verb)),
        _ => _phrases.Unknown,
    };

    private Pop3Reply Ok(string text) => Pop3Reply.Ok(text) with { IsUtf8 = _isLocalized };

    private Pop3Reply Err(string text, string? code = null) => Pop3Reply.Err(text, code) with { IsUtf8 = _isLocalized };

    private Pop3Reply Listing(string text, IEnumerable<string?> lines) =>
        Pop3Reply.Listing(text, lines) with { IsUtf8 = _isLocalized };
}
