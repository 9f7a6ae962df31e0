namespace ActorMail.Protocols.Pop3;

/// <summary>The replies to HELP, for people with telnet: what can be said now, and how it is written.</summary>
internal static class Pop3Help
{
    /// <summary>What can be said in the state that a session is in.</summary>
    public static IEnumerable<string> Lines(Pop3Phrases phrases, Pop3Access access, bool isLoggedIn, bool isUtf8) =>
        Pop3Verbs.All
            .Where(verb => IsPossible(verb, access, isLoggedIn, isUtf8))
            .Select(verb => $"{phrases.Form(verb),-33} {phrases.Meaning(verb)}");

    /// <summary>One command, whether or not it is possible now; null for a word that is none.</summary>
    public static string? About(string topic, Pop3Phrases phrases)
    {
        var keyword = topic.Split(' ')[0];
        var index = Pop3Verbs.Keywords.IndexOf(keyword, 0, Pop3Verbs.Keywords.Length, StringComparer.OrdinalIgnoreCase);
        return index < 0 ? null : phrases.About(phrases.Form((Pop3Verb)index), phrases.Meaning((Pop3Verb)index));
    }

    private static bool IsPossible(Pop3Verb verb, Pop3Access access, bool isLoggedIn, bool isUtf8) => verb switch
    {
        Pop3Verb.Capa or Pop3Verb.Lang or Pop3Verb.Help or Pop3Verb.Quit => true,
        Pop3Verb.Stls => !isLoggedIn && access.CanStartTls && !isUtf8,
        Pop3Verb.Utf8 => !isLoggedIn,
        Pop3Verb.User or Pop3Verb.Pass => !isLoggedIn && access.TakesPasswords,
        Pop3Verb.Auth => !isLoggedIn && !access.Mechanisms.IsEmpty,
        _ => isLoggedIn,
    };
}
