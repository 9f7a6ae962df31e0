using ActorMail.Server.Configuration;
using Akka.Configuration;

namespace ActorMail.Server.Tests.Configuration;

public sealed class AkkaSectionTests
{
    [Fact]
    public void A_reader_that_never_ends_is_given_up_and_named()
    {
        var faults = new List<SettingFault>();
        using var end = new ManualResetEventSlim();
        Config Hang(string text)
        {
            end.Wait();
            return Config.Empty;
        }

        AkkaSection.Parse("akka { }", "my.hocon", faults, Hang, TimeSpan.FromMilliseconds(1));
        end.Set();

        Assert.Equal(
            "my.hocon: akka: Akka's reader does not finish with this section", Assert.Single(faults).ToString());
    }

    [Fact]
    public void What_the_reader_refuses_is_a_fault()
    {
        var faults = new List<SettingFault>();

        AkkaSection.Parse("akka = *", "my.hocon", faults);

        Assert.StartsWith("my.hocon: akka: this section is refused by Akka's reader", Assert.Single(faults).ToString());
    }
}
