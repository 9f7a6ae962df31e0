using System.Text.RegularExpressions;
using ActorMail.Protocols.Pop3;
using ActorMail.Tests;

namespace ActorMail.Protocols.Tests.Pop3;

public sealed class Pop3CapabilitiesTests
{
    [Theory]
    [InlineData("TOP")]
    [InlineData("USER")]
    [InlineData("UIDL")]
    [InlineData("RESP-CODES")]
    [InlineData("AUTH-RESP-CODE")]
    [InlineData("PIPELINING")]
    [InlineData("EXPIRE NEVER")]
    [Requirement("R2449-6.1-a", "R2449-6.2-a", "R2449-6.8-a")]
    public void What_works_is_announced(string capability) =>
        Assert.Contains(capability, Pop3Capabilities.Reply.Lines!);

    [Fact]
    [Requirement("R2449-6.3-a")]
    public void What_does_not_work_is_not_announced() => Assert.DoesNotContain(Pop3Capabilities.All, capability =>
        capability.StartsWith("SASL", StringComparison.Ordinal) || capability is "STLS");

    [Fact]
    [Requirement("S11")]
    public void No_version_is_told() => Assert.DoesNotContain(Pop3Capabilities.All, capability =>
        capability.StartsWith("IMPLEMENTATION", StringComparison.Ordinal));

    [Fact]
    [Requirement("R2449-5-c")]
    public void Each_line_is_a_tag_and_its_parameters() => Assert.All(Pop3Capabilities.Reply.Lines!, line =>
    {
        Assert.Matches(new Regex("^[\\x21-\\x2d\\x2f-\\x7f]+( [\\x21-\\x7e]+)*$", RegexOptions.NonBacktracking), line);
        Assert.True(line.Length + 2 <= 512);
    });

    [Fact]
    [Requirement("R2449-5-a", "R2449-5-b")]
    public void The_list_is_the_same_after_the_login() => Assert.Equal(
        Pop3Capabilities.Reply.Lines!, Maildrop.Empty.Execute(Pop3Command.Capa.Instance).Reply.Lines!);
}
