using ActorMail.Protocols.Sasl;
using ActorMail.Tests;
using static ActorMail.Protocols.Tests.Sasl.SaslTesting;

namespace ActorMail.Protocols.Tests.Sasl;

public sealed class SaslMechanismsTests
{
    private static readonly string[] Everything =
        ["PLAIN", "LOGIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"];

    [Fact]
    public void The_strongest_comes_first() => Assert.Equal(
        ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN"],
        SaslMechanisms.All.Select(it => it.Name));

    [Theory]
    [InlineData("plain", "PLAIN")]
    [InlineData("Scram-Sha-256-Plus", "SCRAM-SHA-256-PLUS")]
    [InlineData("SCRAM-SHA-1-PLUS", null)]
    [InlineData("CRAM-MD5", null)]
    [InlineData("", null)]
    public void A_mechanism_is_found_in_any_letter_case(string name, string? found) =>
        Assert.Equal(found, SaslMechanisms.Find(name)?.Name);

    [Theory]
    [InlineData(true, true, "SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN")]
    [InlineData(true, false, "SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN")]
    [InlineData(false, true, "PLAIN LOGIN")]
    [InlineData(false, false, "PLAIN LOGIN")]
    public void Only_what_can_work_is_offered(bool hasStoredKeys, bool hasBinding, string names) =>
        Assert.Equal(names, Names(Everything, hasStoredKeys, hasBinding));

    [Fact]
    public void Only_what_is_enabled_is_offered()
    {
        Assert.Equal("SCRAM-SHA-1 PLAIN", Names(["plain", "scram-sha-1", "X-UNKNOWN"], true, true));
        Assert.Equal("", Names([], true, true));
    }

    /// <summary>
    /// Each begins with the client's words: it takes an initial response, and asks for one by an empty challenge or by
    /// words that say nothing. So no AUTH has to be refused for having an initial response.
    /// </summary>
    [Fact]
    [Requirement("R4954-4-g", "R5034-4-f")]
    public void No_mechanism_is_server_first()
    {
        foreach (var mechanism in SaslMechanisms.All)
        {
            Assert.Equal(mechanism.Name == "LOGIN" ? "Username:" : "", ChallengeOf(Begin(mechanism.Name).Start(null)));
            var initial = mechanism.Name switch
            {
                "PLAIN" => "\0user\0pencil",
                "LOGIN" => "user",
                "SCRAM-SHA-256-PLUS" => "p=tls-server-end-point,,n=user,r=x",
                _ => "n,,n=user,r=x",
            };
            Assert.IsNotType<SaslStep.Malformed>(Begin(mechanism.Name).Start(Octets(initial)));
        }
    }

    [Fact]
    public void Steps_that_were_not_asked_for_are_mistakes_of_ours()
    {
        Assert.Throws<InvalidOperationException>(() => Begin("PLAIN").TakeSalt(new ScramSalt(new byte[8], 4096)));
        Assert.Throws<InvalidOperationException>(
            () => Begin("SCRAM-SHA-256").TakeSalt(new ScramSalt(new byte[8], 4096)));
        Assert.Throws<InvalidOperationException>(() => Begin("SCRAM-SHA-256").Confirm(default));
    }

    private static string Names(string[] enabled, bool hasStoredKeys, bool hasBinding) =>
        string.Join(' ', SaslMechanisms.OnOffer(enabled, hasStoredKeys, hasBinding).Select(it => it.Name));
}
