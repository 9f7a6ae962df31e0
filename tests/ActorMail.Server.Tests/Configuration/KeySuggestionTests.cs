using ActorMail.Protocols.Wire;
using ActorMail.Server.Configuration;

namespace ActorMail.Server.Tests.Configuration;

public sealed class KeySuggestionTests
{
    [Theory]
    [InlineData("actormail.smtp.lisen", "actormail.smtp.listen")]
    [InlineData("actormail.smpt.listen", "actormail.smtp.listen")]
    [InlineData("Actormail.Smtp.Listen", "actormail.smtp.listen")]
    [InlineData("smtp.listen", "actormail.smtp.listen")]
    [InlineData("actormail.smtp.max-reciepients", "actormail.smtp.max-recipients")]
    [InlineData("actormail.domain", "actormail.domains")]
    [InlineData("actormail.store.retained-files", "actormail.log.retained-files")]
    public void The_key_that_was_meant_is_found(string unknown, string meant) =>
        Assert.Equal(meant, Suggestion.Find(unknown, SettingsReference.Instance.Keys));

    [Theory]
    [InlineData("actormail.smtp.greylisting")]
    [InlineData("x")]
    [InlineData("")]
    public void Nothing_is_suggested_that_is_far_away(string unknown) =>
        Assert.Null(Suggestion.Find(unknown, SettingsReference.Instance.Keys));

    [Fact]
    public void A_very_long_key_costs_nothing() =>
        Assert.Null(Suggestion.Find(new string('a', 1_000_000), SettingsReference.Instance.Keys));
}
