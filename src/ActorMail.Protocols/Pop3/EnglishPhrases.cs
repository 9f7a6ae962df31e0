namespace ActorMail.Protocols.Pop3;

/// <summary>The sentences in English. They are ASCII: every session begins with them.</summary>
internal sealed class EnglishPhrases : Pop3Phrases
{
    public override string Tag => "en";

    public override string Name => "English";

    public override string Ready => "POP3 server ready";

    public override string BeginTls => "Begin TLS";

    public override string TlsInUse => "TLS is in use already";

    public override string NoTls => "TLS is not available here";

    public override string TlsBeforeLogin => "STLS comes before the login";

    public override string TlsBeforeUtf8 => "STLS comes before UTF8";

    public override string TlsFirst => "No login without TLS: STLS comes first";

    public override string SendPass => "Send PASS";

    public override string SendUserFirst => "Send USER first";

    public override string LogInFirst => "Log in first: USER name, then PASS password";

    public override string LogInByAuth => "Log in first, with AUTH and a mechanism of CAPA's line SASL";

    public override string LoggedInAlready => "Already logged in";

    public override string WrongLogin => "Wrong user or password";

    public override string LoginNotChecked => "Logins cannot be checked now, try again later";

    public override string LoginCancelled => "Login cancelled";

    public override string InUse => "Another session has this mailbox open";

    public override string MailboxUnavailable => "The mailbox cannot be opened now, try again later";

    public override string UniqueIdsFollow => "Unique ids follow";

    public override string TopFollows => "The top of the message follows";

    public override string NoMessages => "No such message: there is none";

    public override string NothingDone => "Nothing done";

    public override string MessageUnavailable => "The message cannot be read now";

    public override string NotDeleted => "The messages were not deleted";

    public override string Goodbye => "Goodbye";

    public override string CapabilitiesFollow => "Capabilities follow";

    public override string LanguagesFollow => "Languages follow";

    public override string LanguageChosen => "Replies are in English";

    public override string Utf8Chosen => "Messages go out in UTF-8, as they are";

    public override string Utf8BeforeLogin => "UTF8 comes before the login";

    public override string HelpFollows => "What can be said now:";

    public override string NoSuchTopic => "No help about that; HELP alone lists the commands";

    public override string NotText => "Control characters and octets that are not UTF-8 are not understood";

    public override string BareLineFeed => "A line ends with CR and LF here, not with LF alone (nc -C sends both)";

    public override string Empty => "A command was expected; HELP lists them";

    public override string ApopNotOffered => "Not offered here: log in with AUTH, or with USER and PASS";

    public override string OtherProtocol =>
        "That is SMTP, and this is POP3, which fetches mail; HELP lists the commands";

    public override string Unknown => "Unknown command; HELP lists those that can be said now";

    public override string TimedOut => "Nothing heard for too long, goodbye";

    public override string SessionTooLong => "This session has lasted too long, goodbye";

    public override string TooManyCommands => "Too many commands in one session, goodbye";

    public override string TooManyErrors => "Too many errors, goodbye";

    public override string TlsOnPlainPort => "This port does not speak TLS";

    public override string SpokeEarly => "The greeting comes first";

    public override string ShuttingDown => "The server is shutting down";

    public override string Failed => "The server has a problem, try again later";

    public override string Mechanisms(string names) => $"Mechanisms: {names}";

    public override string LoginMalformed(string reason) => reason;

    public override string UsedLately(string wait) => $"You were here a moment ago, come back in {wait}";

    public override string Summary(int messages, long octets) =>
        $"{messages} {(messages == 1 ? "message" : "messages")} ({octets} octets)";

    public override string Octets(long octets) => $"{octets} octets";

    public override string WillBeDeleted(int number) => $"Message {number} will be deleted at QUIT";

    public override string IsDeleted(int number) => $"Message {number} is marked as deleted";

    public override string LastIs(int number) => $"No such message: the last is {number}";

    public override string UnknownLanguage(string tags) => $"No such language here; there are {tags}";

    public override string Syntax(string form) => $"Syntax: {form}";

    public override string NoNumber(string form) =>
        $"That is no message number. Syntax: {form}, numbers from 1 in decimal digits";

    public override string NoArgument(string keyword) => $"Syntax: {keyword}, and nothing behind it";

    public override string DidYouMean(string keyword) =>
        $"Unknown command: did you mean {keyword}? HELP lists those that can be said now";

    public override string LineTooLong(int octets) => $"Line longer than {octets} octets";

    public override string About(string form, string meaning) => $"{form}: {meaning}";

    public override string Form(Pop3Verb verb) => verb switch
    {
        Pop3Verb.User => "USER name",
        Pop3Verb.Pass => "PASS password",
        Pop3Verb.Auth => "AUTH mechanism [initial-response]",
        Pop3Verb.List => "LIST [number]",
        Pop3Verb.Uidl => "UIDL [number]",
        Pop3Verb.Retr => "RETR number",
        Pop3Verb.Top => "TOP number lines",
        Pop3Verb.Dele => "DELE number",
        Pop3Verb.Lang => "LANG [language]",
        Pop3Verb.Help => "HELP [command]",
        _ => Pop3Verbs.KeywordOf(verb),
    };

    public override string Meaning(Pop3Verb verb) => verb switch
    {
        Pop3Verb.User => "says whose mailbox; PASS comes next",
        Pop3Verb.Pass => "gives the password, and opens the mailbox",
        Pop3Verb.Auth => "logs in by a mechanism of CAPA's line SASL",
        Pop3Verb.Stls => "goes on under TLS",
        Pop3Verb.Utf8 => "lets messages come with headers in UTF-8",
        Pop3Verb.Stat => "how many messages there are, and their octets",
        Pop3Verb.List => "the octets of each message, or of one",
        Pop3Verb.Uidl => "a name for each message, or for one, that it keeps",
        Pop3Verb.Retr => "sends a message",
        Pop3Verb.Top => "sends the header of a message and so many lines",
        Pop3Verb.Dele => "marks a message; at QUIT it is deleted",
        Pop3Verb.Rset => "takes all marks back",
        Pop3Verb.Noop => "does nothing",
        Pop3Verb.Capa => "what this server can do, for programs",
        Pop3Verb.Lang => "the languages of its replies, or another one",
        Pop3Verb.Help => "this, or about one command",
        _ => "ends the session, and deletes what is marked",
    };
}
