using System.Text.RegularExpressions;
using ActorMail.Protocols.Pop3;
using ActorMail.Tests;

namespace ActorMail.Protocols.Tests.Pop3;

public sealed class Pop3CapabilitiesTests
{
    private static readonly Pop3Access Full =
        new() { CanStartTls = true, CanLogIn = true, Mechanisms = ["PLAIN", "LOGIN"] };

    [Theory]
    [InlineData("TOP")]
    [InlineData("USER")]
    [InlineData("UIDL")]
    [InlineData("RESP-CODES")]
    [InlineData("AUTH-RESP-CODE")]
    [InlineData("PIPELINING")]
    [InlineData("EXPIRE NEVER")]
    [InlineData("LOGIN-DELAY 0")]
    [InlineData("IMPLEMENTATION ActorMail")]
    [InlineData("UTF8 USER")]
    [InlineData("LANG")]
    [InlineData("STLS")]
    [InlineData("SASL PLAIN LOGIN")]
    [Requirement("R2449-6.1-a", "R2449-6.2-a", "R2449-6.8-a", "R2449-6.3-a", "R2449-6.7-a", "R2595-4-a")]
    public void What_works_is_announced(string capability) => Assert.Contains(capability, Before(Full));

    [Fact]
    [Requirement("R2449-5-b", "R5034-3-a", "R2595-4-b")]
    public void All_but_stls_is_announced_after_the_login_too() =>
        Assert.Equal(Before(Full).Except(["STLS"]), After(Full));

    [Fact]
    [Requirement("R2449-6.3-a", "R2595-4-b", "R2595-2.3-a", "R5034-4-i", "A8")]
    public void What_does_not_work_is_not_announced()
    {
        Assert.DoesNotContain("STLS", Before(Full with { CanStartTls = false }));
        var closed = Before(new Pop3Access { CanStartTls = true });
        Assert.DoesNotContain("USER", closed);
        Assert.DoesNotContain(closed, capability => capability.StartsWith("SASL", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("S11", "R2449-6.9-a")]
    public void The_program_is_named_when_the_settings_say_so_and_its_version_never_is()
    {
        Assert.All(
            Before(Full).Where(IsImplementation), line => Assert.DoesNotMatch(new Regex(@"\d"), line));
        var afterLogin = new Pop3Settings { Implementation = ImplementationNotice.AfterLogin };
        Assert.DoesNotContain(Before(Full, afterLogin), IsImplementation);
        Assert.Contains(After(Full, afterLogin), IsImplementation);
        var never = new Pop3Settings { Implementation = ImplementationNotice.Never };
        Assert.DoesNotContain(After(Full, never), IsImplementation);
    }

    [Fact]
    [Requirement("R2449-6.5-a")]
    public void A_delay_between_logins_is_announced_in_seconds() => Assert.Contains(
        "LOGIN-DELAY 900", Before(Full, new Pop3Settings { LoginDelay = TimeSpan.FromMinutes(15) }));

    [Fact]
    [Requirement("R2449-5-c")]
    public void Each_line_is_a_tag_and_its_parameters() => Assert.All(Before(Full), line =>
    {
        Assert.Matches(new Regex("^[\\x21-\\x2d\\x2f-\\x7f]+( [\\x21-\\x7e]+)*$", RegexOptions.NonBacktracking), line);
        Assert.True(line.Length + 2 <= 512);
    });

    private static bool IsImplementation(string line) => line.StartsWith("IMPLEMENTATION", StringComparison.Ordinal);

    private static string[] Before(Pop3Access access, Pop3Settings? settings = null) =>
        new DialogTester(settings, access).Lines("CAPA");

    private static string[] After(Pop3Access access, Pop3Settings? settings = null)
    {
        var dialog = new DialogTester(settings, access);
        dialog.Open();
        return dialog.Lines("CAPA");
    }
}
