using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ActorMail.Protocols.Pop3;
using ActorMail.Tests;

namespace ActorMail.Protocols.Tests.Pop3;

public sealed class Pop3CapabilitiesTests
{
    private static readonly ImmutableArray<string> All = Lines(canStartTls: true, canLogIn: true, "PLAIN", "LOGIN");

    [Theory]
    [InlineData("TOP")]
    [InlineData("USER")]
    [InlineData("UIDL")]
    [InlineData("RESP-CODES")]
    [InlineData("AUTH-RESP-CODE")]
    [InlineData("PIPELINING")]
    [InlineData("EXPIRE NEVER")]
    [InlineData("STLS")]
    [InlineData("SASL PLAIN LOGIN")]
    [Requirement("R2449-6.1-a", "R2449-6.2-a", "R2449-6.8-a", "R2449-6.3-a", "R2595-4-a")]
    public void What_works_is_announced(string capability) => Assert.Contains(capability, All);

    [Fact]
    [Requirement("R2449-6.3-a", "R2595-4-b", "R2595-2.3-a", "R5034-4-i", "A8")]
    public void What_does_not_work_is_not_announced()
    {
        Assert.DoesNotContain("STLS", Lines(canStartTls: false, canLogIn: true, "PLAIN"));
        Assert.DoesNotContain("USER", Lines(canStartTls: true, canLogIn: false));
        Assert.DoesNotContain(Lines(canStartTls: true, canLogIn: false), capability =>
            capability.StartsWith("SASL", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("S11")]
    public void No_version_is_told() => Assert.DoesNotContain(All, capability =>
        capability.StartsWith("IMPLEMENTATION", StringComparison.Ordinal));

    [Fact]
    [Requirement("R2449-5-c")]
    public void Each_line_is_a_tag_and_its_parameters() => Assert.All(All, line =>
    {
        Assert.Matches(new Regex("^[\\x21-\\x2d\\x2f-\\x7f]+( [\\x21-\\x7e]+)*$", RegexOptions.NonBacktracking), line);
        Assert.True(line.Length + 2 <= 512);
    });

    private static ImmutableArray<string> Lines(bool canStartTls, bool canLogIn, params string[] mechanisms) =>
        [.. Pop3Capabilities.Reply(canStartTls, canLogIn, [.. mechanisms]).Lines!];
}
