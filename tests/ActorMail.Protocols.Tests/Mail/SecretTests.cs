using ActorMail.Protocols.Mail;
using ActorMail.Tests;

namespace ActorMail.Protocols.Tests.Mail;

public sealed class SecretTests
{
    [Fact]
    [Requirement("O2")]
    public void A_secret_prints_as_stars_also_inside_other_values()
    {
        var secret = new Secret("hunter2");

        Assert.Equal("***", secret.ToString());
        Assert.Equal("(***, 1)", (secret, 1).ToString());
    }
}
