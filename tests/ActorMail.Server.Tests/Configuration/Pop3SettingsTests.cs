using ActorMail.Protocols.Pop3;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.Configuration;

public sealed class Pop3SettingsTests : SettingsFixture
{
    [Fact]
    public void A_login_waits_for_nobody_and_as_often_as_it_likes_unless_a_setting_says_so()
    {
        var pop3 = Accept().Pop3;

        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (pop3.Lock.Wait, pop3.Lock.Interval));
        Assert.Equal(TimeSpan.Zero, pop3.Dialog.LoginDelay);
        Assert.Equal("en", pop3.Dialog.Language);
        Assert.Equal(ImplementationNotice.Always, pop3.Dialog.Implementation);
    }

    [Fact]
    [Requirement("R2449-6.5-a")]
    public void What_is_set_holds_for_the_dialog_and_for_the_mailbox()
    {
        var pop3 = Accept(
            "actormail.pop3.lock-wait=5s", "actormail.pop3.max-lock-waiting=3", "actormail.pop3.login-delay=1500ms",
            "actormail.pop3.language=FR", "actormail.pop3.implementation=after-login").Pop3;

        Assert.Equal((TimeSpan.FromSeconds(5), 3), (pop3.Lock.Wait, pop3.Lock.MaxWaiting));
        // CAPA knows whole seconds only.
        Assert.Equal(
            (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)), (pop3.Lock.Interval, pop3.Dialog.LoginDelay));
        Assert.Equal(("fr", ImplementationNotice.AfterLogin), (pop3.Dialog.Language, pop3.Dialog.Implementation));
    }

    [Fact]
    public void Who_waits_for_a_mailbox_must_be_able_to_hear_the_end_of_it() => Assert.Equal(
        [
            "--set: actormail.pop3.lock-wait: is not shorter than actormail.pop3.answer-timeout, after which the "
                + "session ends",
        ],
        Refuse("actormail.pop3.lock-wait=1m"));

    [Theory]
    [InlineData("language=de", "expected one of en, fr, found 'de'")]
    [InlineData("implementation=maybe", "expected one of always, after-login, never, found 'maybe'")]
    public void A_word_that_is_none_is_refused(string setting, string fault)
    {
        var key = "actormail.pop3." + setting.Split('=')[0];
        Assert.Equal([$"--set: {key}: {fault}"], Refuse($"actormail.pop3.{setting}"));
    }
}
