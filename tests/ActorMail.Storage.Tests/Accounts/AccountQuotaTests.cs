using ActorMail.Protocols.Mail;
using ActorMail.Storage.Accounts;

namespace ActorMail.Storage.Tests.Accounts;

public sealed class AccountQuotaTests : IDisposable
{
    private readonly string _path = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1000", 1_000)]
    [InlineData("1KiB", 1_024)]
    [InlineData("500mib", 500L << 20)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("1TiB", 1L << 40)]
    public void A_quota_is_a_number_with_or_without_a_unit(string text, long octets)
    {
        Assert.True(AccountQuota.TryParseSize(text, out var parsed));
        Assert.Equal(octets, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GiB")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5GiB")]
    [InlineData("1 GiB")]
    [InlineData("1PiB")]
    [InlineData("99999999TiB")]
    [InlineData("99999999999999999999")]
    public void What_is_no_size_is_no_quota(string text) => Assert.False(AccountQuota.TryParseSize(text, out _));

    [Fact]
    public void An_account_keeps_its_quota_beside_all_else()
    {
        File.WriteAllText(_path, "# actormail accounts 1\n# people\nbob@example.org color=blue quota=1GiB\n");
        var accounts = new AccountFile(_path, TimeProvider.System);
        Assert.Equal(new AccountQuota(1L << 30, null), Quota(accounts));

        accounts.SetQuota(Bob, "2GiB", "1000");
        Assert.Equal(new AccountQuota(2L << 30, 1_000), Quota(accounts));
        Assert.Equal(
            ["# actormail accounts 1", "# people", "bob@example.org color=blue quota=2GiB quota-messages=1000"],
            File.ReadAllLines(_path));

        accounts.SetQuota(Bob, size: null, messages: null);
        Assert.Equal(default, Quota(accounts));
        Assert.Equal("bob@example.org color=blue", File.ReadAllLines(_path)[2]);
    }

    [Fact]
    public void A_quota_that_is_none_is_refused_and_found_in_the_file()
    {
        File.WriteAllText(_path, "# actormail accounts 1\nbob@example.org\n");
        var accounts = new AccountFile(_path, TimeProvider.System);
        Assert.Throws<AccountException>(() => accounts.SetQuota(Bob, "much", null));
        Assert.Throws<AccountException>(() => accounts.SetQuota(Bob, null, "-1"));

        File.WriteAllText(_path, "# actormail accounts 1\nbob@example.org quota=much\n");
        Assert.False(accounts.TryRefresh(out var fault));
        Assert.Equal(
            $"{_path}, line 2: the quota of bob@example.org cannot be read; quota=1GiB quota-messages=1000 could", fault);
    }

    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_path + ".lock");
    }

    private static MailAddress Bob { get; } = new("bob", "example.org");

    private static AccountQuota Quota(AccountFile accounts)
    {
        Assert.True(accounts.TryRefresh(out var fault), fault);
        return Assert.Single(accounts.All).Quota;
    }
}
