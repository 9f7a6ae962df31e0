using System.Net;
using ActorMail.Actors.Net;
using ActorMail.Actors.Policy;

namespace ActorMail.Actors.Tests.Policy;

public sealed class HeloRulesTests
{
    private const string Whole = "Give your whole name, such as mail.example.org, or an address literal (policy.helo)";

    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    [Theory]
    [InlineData("localhost")]
    [InlineData("mx.example.net")]
    [InlineData("[198.51.100.9]")]
    [InlineData("")]
    public void Any_name_will_do_by_default(string name) => Assert.Null(Refuse(HeloCheck.Off, name));

    [Theory]
    [InlineData("client.example.com", true)]
    [InlineData("b\u00fccher.example", true)]
    [InlineData("[192.0.2.1]", true)]
    [InlineData("[198.51.100.9]", true)]
    [InlineData("[IPv6:2001:db8::1]", true)]
    [InlineData("mx.example.net", true)]
    [InlineData("localhost", false)]
    [InlineData("", false)]
    [InlineData("192.0.2.1.", false)]
    [InlineData("[192.0.2.1", false)]
    [InlineData("[300.0.2.1]", false)]
    [InlineData("-.example.com", false)]
    [InlineData("client..example", false)]
    public void A_valid_name_has_two_labels_or_is_an_address_literal(string name, bool isGood) =>
        Assert.Equal(isGood ? null : Whole, Refuse(HeloCheck.Valid, name));

    [Theory]
    [InlineData("client.example.com", null)]
    [InlineData("sub.example.org", null)]
    [InlineData("MX.example.NET", "MX.example.NET is a name of ours, not yours (policy.helo)")]
    [InlineData("example.org", "example.org is a name of ours, not yours (policy.helo)")]
    [InlineData("[192.0.2.1]", null)]
    [InlineData("[198.51.100.9]", "[198.51.100.9] is not the address that you come from (policy.helo)")]
    [InlineData("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1] is not the address that you come from (policy.helo)")]
    [InlineData("localhost", Whole)]
    public void A_strict_check_wants_neither_our_names_nor_other_peoples_addresses(string name, string? refusal) =>
        Assert.Equal(refusal, Refuse(HeloCheck.Strict, name));

    [Fact]
    public void A_literal_of_IPv6_is_that_address_however_it_is_written() =>
        Assert.Null(Rules(HeloCheck.Strict).Refuse("[IPv6:2001:DB8:0::1]", IPAddress.Parse("2001:db8::1")));

    [Fact]
    public void Who_is_exempt_may_give_any_name() =>
        Assert.Null(Rules(HeloCheck.Strict).Refuse("mx.example.net", IPAddress.Loopback));

    private static string? Refuse(HeloCheck check, string name) => Rules(check).Refuse(name, Client);

    private static HeloRules Rules(HeloCheck check) =>
        new(check, NetworkSet.Loopback, "mx.example.net", ["example.org", "*"]);
}
