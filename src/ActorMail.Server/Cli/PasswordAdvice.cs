using System.Globalization;
using ActorMail.Protocols.Mail;
using Zxcvbn;
using Zxcvbn.Matcher;

namespace ActorMail.Server.Cli;

/// <summary>
/// What a person should hear about a password that is soon guessed, by the estimate of zxcvbn: how people guess, and
/// not which kinds of characters there are. It is advice, and refuses nothing.
/// </summary>
internal static class PasswordAdvice
{
    private const int ShortPassword = 8;

    /// <summary>An estimate of more takes its time; what is longer is no easier to guess.</summary>
    private const int MaxEstimated = 64;

    /// <summary>Of 0 to 4: guessed in less than 10^4 seconds by who has the file of accounts.</summary>
    private const int WeakScore = 1;

    /// <summary>Null if there is nothing to say.</summary>
    public static string? For(Secret password, MailAddress address)
    {
        if (password.Value.EnumerateRunes().Count() < ShortPassword)
        {
            return $"a password of fewer than {ShortPassword} characters is soon guessed; a sentence is better";
        }

        var text = password.Value.Length > MaxEstimated ? password.Value[..MaxEstimated] : password.Value;
        var estimate = Zxcvbn.Zxcvbn.MatchPassword(text, WordsOf(address));
        if (estimate.Score > WeakScore)
            return null;

        var worst = estimate.MatchSequence.OrderByDescending(IsOfAddress).ThenByDescending(match => match.Token.Length)
            .FirstOrDefault();
        return worst is null || Reason(worst) is not { } reason
            ? "that password is soon guessed; four words that have nothing to do with each other are better"
            : $"that password is soon guessed, since {reason}; "
                + "four words that have nothing to do with each other are better";
    }

    /// <summary>The parts of the address, as somebody takes them who makes a password of them.</summary>
    private static IEnumerable<string> WordsOf(MailAddress address) =>
        new[] { address.LocalPart, address.Domain, address.ToString() }
            .Concat(address.LocalPart.Split('.', '-', '_', '+'))
            .Concat(address.Domain.Split('.', '-'))
            .Where(word => word.Length > 2)
            .Select(word => word.ToLower(CultureInfo.InvariantCulture))
            .Distinct();

    private static bool IsOfAddress(Match match) => match is DictionaryMatch { DictionaryName: "user_inputs" };

    /// <summary>Names what is wrong without repeating it: the screen may be seen by others.</summary>
    private static string? Reason(Match match) => match switch
    {
        _ when IsOfAddress(match) => "it is made of the address",
        DictionaryMatch { DictionaryName: "passwords" } => "many people use it",
        DictionaryMatch { DictionaryName: "english" or "us_tv_and_film" } => "it is a common word",
        DictionaryMatch => "it is a name",
        { Pattern: "repeat" } => "it repeats one character",
        { Pattern: "sequence" } => "its characters follow each other",
        { Pattern: "spatial" } => "its keys lie beside each other",
        { Pattern: "date" or "year" } => "it is a date",
        { Pattern: "digits" } => "it is a number",
        _ => null,
    };
}
