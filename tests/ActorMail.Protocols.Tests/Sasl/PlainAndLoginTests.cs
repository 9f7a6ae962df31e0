using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Tests;
using CsCheck;
using static ActorMail.Protocols.Tests.Sasl.SaslTesting;

namespace ActorMail.Protocols.Tests.Sasl;

public sealed class PlainAndLoginTests
{
    [Theory]
    [InlineData("\0tim\0tanstaaftanstaaf", "tim", "tanstaaftanstaaf", null)] // RFC 4616 §4
    [InlineData("Ursel\0Kurt\0xipj3plmq", "Kurt", "xipj3plmq", "Ursel")]
    [InlineData("\0\uff42ob@example.org\0Gru\u0308\u00dfe \u3000*%${x}'\"",
        "bob@example.org", "Gr\u00fc\u00dfe  *%${x}'\"", null)]
    public void Plain_has_the_identity_the_name_and_the_password(
        string message, string user, string password, string? authorizationId)
    {
        var expected = new SaslStep.CheckPassword(user, new Secret(password), authorizationId);
        Assert.Equal(expected, Begin("PLAIN").Start(Octets(message)));

        var twoSteps = Begin("PLAIN");
        Assert.Equal("", ChallengeOf(twoSteps.Start(null)));
        Assert.Equal(expected, twoSteps.Respond(Octets(message)));
        Assert.IsType<SaslStep.Accepted>(twoSteps.Confirm(default));
        Assert.IsType<SaslStep.Malformed>(twoSteps.Respond(Octets(message)));
    }

    [Theory]
    [Requirement("A6")]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("user")]
    [InlineData("user\0pencil")]
    [InlineData("\0\0\0")]
    [InlineData("\0user\0pencil\0")]
    [InlineData("\0user\0pen\0cil")]
    [InlineData("\0\0user\0pencil")]
    public void Plain_with_other_than_two_NULs_is_malformed(string message) =>
        Assert.IsType<SaslStep.Malformed>(Begin("PLAIN").Start(Octets(message)));

    [Theory]
    [Requirement("A5")]
    [InlineData("\0\0")]
    [InlineData("\0\0pencil")]
    [InlineData("\0user\0")]
    [InlineData("user\0\0pencil")]
    [InlineData("\0us\r\ner\0pencil")]
    [InlineData("\0user\0pen\r\ncil")]
    [InlineData("\0user\u2028\0pencil")]
    [InlineData("\0user\0pencil\u200b")]
    [InlineData("\0user \0pencil")]
    public void Plain_with_what_can_be_no_login_asks_as_nobody(string message) =>
        AssertFailedLogin(Begin("PLAIN").Start(Octets(message)));

    [Fact]
    [Requirement("A5")]
    public void What_is_no_utf8_or_too_long_is_a_failed_login()
    {
        byte[][] odd = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [(byte)'a', 0xE2, 0x82],
            Octets(new string('x', 1_001)), Octets(new string('x', 20_000))];
        foreach (var text in odd)
        {
            AssertFailedLogin(Begin("PLAIN").Start((byte[])[0, .. text, 0, .. Octets(Password)]));
            AssertFailedLogin(Begin("PLAIN").Start((byte[])[0, .. Octets(User), 0, .. text]));
            AssertFailedLogin(Login(text, Octets(Password)));
            AssertFailedLogin(Login(Octets(User), text));
        }

        var longest = new string('x', 1_000);
        Assert.Equal(new SaslStep.CheckPassword(longest, new Secret(longest), null),
            Begin("PLAIN").Start(Octets($"\0{longest}\0{longest}")));
    }

    [Theory]
    [Requirement("R4954-4-n", "A7")]
    [InlineData("\u202euser")]
    [InlineData("us\ner")]
    [InlineData(" ")]
    [InlineData("\u2460")]
    public void An_authorization_identity_that_cannot_be_prepared_fails_the_login(string identity) =>
        AssertFailedLogin(Begin("PLAIN").Start(Octets($"{identity}\0user\0pencil")));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Login_asks_for_both_or_takes_the_name_first(bool hasInitial)
    {
        var exchange = Begin("LOGIN");
        if (!hasInitial)
            Assert.Equal("Username:", ChallengeOf(exchange.Start(null)));

        var step = hasInitial ? exchange.Start(Octets(User)) : exchange.Respond(Octets(User));
        Assert.Equal("Password:", ChallengeOf(step));
        Assert.Equal(new SaslStep.CheckPassword(User, new Secret(Password), null), exchange.Respond(Octets(Password)));
        Assert.IsType<SaslStep.Accepted>(exchange.Confirm(default));
        Assert.IsType<SaslStep.Malformed>(exchange.Respond(Octets(Password)));
    }

    [Fact]
    public void Login_keeps_the_name_when_its_buffer_is_used_again()
    {
        var (exchange, buffer) = (Begin("LOGIN"), Octets(User));
        exchange.Start(buffer);
        Octets("eve!").CopyTo(buffer, 0);
        Assert.Equal(new SaslStep.CheckPassword(User, new Secret(Password), null), exchange.Respond(Octets(Password)));
    }

    [Theory]
    [Requirement("A5", "A6")]
    [InlineData("", "")]
    [InlineData("", Password)]
    [InlineData(User, "")]
    [InlineData("us\0er", Password)]
    [InlineData(User, "pencil\0")]
    [InlineData(User, "pencil\r\n")]
    public void Login_with_what_can_be_no_login_asks_as_nobody(string user, string password) =>
        AssertFailedLogin(Login(Octets(user), Octets(password)));

    [Fact]
    [Requirement("A6")]
    public void No_cut_and_no_change_of_an_octet_logs_in()
    {
        foreach (var spoilt in Spoilt(Octets("\0user\0pencil")).Concat(Spoilt(Octets("user\0user\0pencil"))))
        {
            // The user's own name as authorization identity is no change of the login.
            if (Text(spoilt) != "\0user\0pencil")
                Assert.IsNotType<SaslStep.Accepted>(Play(Begin("PLAIN"), [spoilt], NoKeys));
        }

        foreach (var spoilt in Spoilt(Octets(User)))
            Assert.IsNotType<SaslStep.Accepted>(Play(Begin("LOGIN"), [spoilt, Octets(Password)], NoKeys));
        foreach (var spoilt in Spoilt(Octets(Password)))
            Assert.IsNotType<SaslStep.Accepted>(Play(Begin("LOGIN"), [Octets(User), spoilt], NoKeys));
    }

    [Fact]
    [Requirement("A5", "A6")]
    public void Whatever_octets_come_there_is_a_step() =>
        Gen.Select(OneOf("PLAIN", "LOGIN"), Gen.Byte.Array[0, 40].Array[1, 3], Gen.Bool)
            .Sample((name, answers, isInitial) =>
            {
                var exchange = Begin(name);
                var step = exchange.Start(isInitial ? answers[0] : null);
                foreach (var answer in answers)
                    step = exchange.Respond(answer);
                return step is not (SaslStep.Accepted or SaslStep.Refused or SaslStep.FindSalt);
            }, iter: 10_000);

    private static SaslStep Login(byte[] user, byte[] password)
    {
        var exchange = Begin("LOGIN");
        Assert.Equal("Password:", ChallengeOf(exchange.Start(user)));
        return exchange.Respond(password);
    }

    private static ScramKeys NoKeys(ScramHash hash) => throw new InvalidOperationException("No keys are needed.");
}
