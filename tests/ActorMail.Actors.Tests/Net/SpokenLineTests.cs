using System.Text;
using ActorMail.Actors.Net;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Net;

public sealed class SpokenLineTests
{
    [Theory]
    [Requirement("A1", "O2")]
    [InlineData("MAIL FROM:<a@b>", "MAIL FROM:<a@b>")]
    [InlineData("noop", "noop")]
    [InlineData("auth PLAIN AGJvYgBzZWNyZXQ=", "auth ***")]
    [InlineData("AUTH", "AUTH ***")]
    [InlineData(" AUTH PLAIN AGJvYgBzZWNyZXQ=", "***")]
    [InlineData("AUTH\tPLAIN\tAGJvYgBzZWNyZXQ=", "***")]
    [InlineData("XAUTH PLAIN secret", "***")]
    [InlineData("UzNjcmV0UHctYm9iLXh5eg==", "***")]
    [InlineData("NOOPsecret", "***")]
    [InlineData("", "***")]
    public void What_begins_with_no_command_is_not_shown(string line, string shown) =>
        Assert.Equal(shown, SpokenLine.Of(Encoding.Latin1.GetBytes(line), ["MAIL", "NOOP"], ["AUTH"]));
}
