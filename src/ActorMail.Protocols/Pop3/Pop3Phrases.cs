using System.Collections.Immutable;

namespace ActorMail.Protocols.Pop3;

/// <summary>
/// Every sentence that a POP3 client can hear, in one language. A language without one of them does not compile. No
/// client needs to read any: what a program goes by is the status and the response code, which are no part of them.
/// </summary>
public abstract class Pop3Phrases
{
    /// <summary>All languages, in the order that LANG lists them in.</summary>
    public static ImmutableArray<Pop3Phrases> All { get; } = [new EnglishPhrases(), new FrenchPhrases()];

    /// <summary>What every session begins with: English, which is ASCII (RFC 1939 §3, RFC 2277 §4.5).</summary>
    public static Pop3Phrases Default => All[0];

    /// <summary>As RFC 5646 names the language.</summary>
    public abstract string Tag { get; }

    /// <summary>As the language names itself.</summary>
    public abstract string Name { get; }

    public abstract string Ready { get; }

    public abstract string BeginTls { get; }

    public abstract string TlsInUse { get; }

    public abstract string NoTls { get; }

    public abstract string TlsBeforeLogin { get; }

    public abstract string TlsBeforeUtf8 { get; }

    public abstract string TlsFirst { get; }

    public abstract string SendPass { get; }

    public abstract string SendUserFirst { get; }

    public abstract string LogInFirst { get; }

    public abstract string LogInByAuth { get; }

    public abstract string LoggedInAlready { get; }

    public abstract string WrongLogin { get; }

    public abstract string LoginNotChecked { get; }

    public abstract string LoginCancelled { get; }

    public abstract string InUse { get; }

    public abstract string MailboxUnavailable { get; }

    public abstract string UniqueIdsFollow { get; }

    public abstract string TopFollows { get; }

    public abstract string NoMessages { get; }

    public abstract string NothingDone { get; }

    public abstract string MessageUnavailable { get; }

    public abstract string NotDeleted { get; }

    public abstract string Goodbye { get; }

    public abstract string CapabilitiesFollow { get; }

    public abstract string LanguagesFollow { get; }

    public abstract string LanguageChosen { get; }

    public abstract string Utf8Chosen { get; }

    public abstract string Utf8BeforeLogin { get; }

    public abstract string HelpFollows { get; }

    public abstract string NoSuchTopic { get; }

    public abstract string NotText { get; }

    public abstract string BareLineFeed { get; }

    public abstract string Empty { get; }

    public abstract string ApopNotOffered { get; }

    public abstract string OtherProtocol { get; }

    public abstract string Unknown { get; }

    public abstract string TimedOut { get; }

    public abstract string SessionTooLong { get; }

    public abstract string TooManyCommands { get; }

    public abstract string TooManyErrors { get; }

    public abstract string TlsOnPlainPort { get; }

    public abstract string SpokeEarly { get; }

    public abstract string ShuttingDown { get; }

    public abstract string Failed { get; }

    public abstract string Mechanisms(string names);

    /// <param name="reason">In English, as the mechanism says it.</param>
    public abstract string LoginMalformed(string reason);

    /// <param name="wait">How long a client has to wait until its next login, with its unit.</param>
    public abstract string UsedLately(string wait);

    /// <summary>What a maildrop holds.</summary>
    public abstract string Summary(int messages, long octets);

    public abstract string Octets(long octets);

    public abstract string WillBeDeleted(int number);

    public abstract string IsDeleted(int number);

    public abstract string LastIs(int number);

    public abstract string UnknownLanguage(string tags);

    public abstract string Syntax(string form);

    /// <summary>No number of a message stands where one must; <paramref name="form"/> says where.</summary>
    public abstract string NoNumber(string form);

    public abstract string NoArgument(string keyword);

    public abstract string DidYouMean(string keyword);

    public abstract string LineTooLong(int octets);

    /// <summary>How a command is written, with what stands behind the keyword.</summary>
    public abstract string Form(Pop3Verb verb);

    /// <summary>What a command does, for HELP.</summary>
    public abstract string Meaning(Pop3Verb verb);

    /// <summary>Both in one sentence.</summary>
    public abstract string About(string form, string meaning);

    /// <summary>
    /// The language that this range (RFC 4647 §2.1) stands for, or its nearest relative: <c>fr</c> for <c>fr-CA</c>
    /// (§3.4). Null if there is none.
    /// </summary>
    public static Pop3Phrases? Find(string range)
    {
        while (range.Length > 0)
        {
            foreach (var phrases in All)
            {
                if (phrases.Tag.Equals(range, StringComparison.OrdinalIgnoreCase))
                    return phrases;
            }

            range = range[..Math.Max(range.LastIndexOf('-'), 0)];
        }

        return null;
    }
}
