using ActorMail.Actors.Net;
using ActorMail.Server.Hosting;
using ActorMail.Tests;

namespace ActorMail.Server.Tests.Cli;

[Requirement("F5")]
public sealed class DescriptorLimitTests
{
    [Theory]
    [InlineData(1_048_576L, 4_000)]
    [InlineData(1_024L, 768)]
    [InlineData(400L, 144)]
    [InlineData(64L, 16)]
    [InlineData(null, 4_000)]
    public void Clients_leave_descriptors_for_mailboxes_and_threads(long? descriptors, int most) =>
        Assert.Equal(most, DescriptorLimit.Fit(new ConnectionOptions(), descriptors).MaxConnections);
}
