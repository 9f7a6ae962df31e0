using ActorMail.Actors.Mailboxes;

namespace ActorMail.Server.Tests.Configuration;

public sealed class QuotaSettingsTests : SettingsFixture
{
    [Fact]
    public void Nothing_is_limited_unless_a_setting_says_so()
    {
        var quotas = Accept().Quotas;

        Assert.True(quotas.Account.IsNone);
        Assert.Empty(quotas.Domains);
    }

    [Fact]
    public void Quotas_are_for_accounts_and_for_domains()
    {
        var quotas = Accept(
            "actormail.quota.account-size=2GiB", "actormail.quota.account-messages=10",
            "actormail.quota.domains=Example.org 10GiB 100000, b\u00fccher.example 1MiB").Quotas;

        Assert.Equal(new QuotaLimit(2L << 30, 10), quotas.Account);
        Assert.Equal(
            [("example.org", new QuotaLimit(10L << 30, 100_000)), ("xn--bcher-kva.example", new QuotaLimit(1 << 20, 0))],
            quotas.Domains.Select(quota => (quota.Domain.Value, quota.Limit)));
    }

    [Theory]
    [InlineData("example.org", "expected a domain, a size and perhaps a number of messages, such as "
        + "\"example.org 10GiB 100000\"; found 'example.org'")]
    [InlineData("example.org much", "expected a domain, a size and perhaps a number of messages, such as "
        + "\"example.org 10GiB 100000\"; found 'example.org much'")]
    [InlineData("example.org 1GiB -1", "expected a domain, a size and perhaps a number of messages, such as "
        + "\"example.org 10GiB 100000\"; found 'example.org 1GiB -1'")]
    [InlineData("example.org 1GiB, EXAMPLE.org 2GiB", "'EXAMPLE.org 2GiB': example.org is there twice")]
    [InlineData("evil.example 1GiB", "'evil.example 1GiB': evil.example is not one of actormail.domains")]
    public void What_is_no_quota_is_refused(string quota, string fault) =>
        Assert.Equal(
            [$"--set: actormail.quota.domains: {fault}"],
            Refuse("actormail.domains=example.org", $"actormail.quota.domains={quota}"));
}
