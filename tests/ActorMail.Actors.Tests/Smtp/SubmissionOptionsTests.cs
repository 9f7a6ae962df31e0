using ActorMail.Actors.Smtp;
using ActorMail.Protocols.Mail;
using ActorMail.Tests;

namespace ActorMail.Actors.Tests.Smtp;

public sealed class SubmissionOptionsTests
{
    [Theory]
    [InlineData("bob@example.org", true)]
    [InlineData("Bob@EXAMPLE.org", true)]
    [InlineData("\"bob\"@example.org", true)]
    [InlineData("ann@example.org", false)]
    [InlineData("bob@example.org.evil.example", false)]
    [InlineData("\"bob@example.org\"@evil.example", false)]
    [InlineData("bob", false)]
    [Requirement("R6409-6.1-a")]
    public void A_user_may_use_his_own_address_however_it_is_written(string sender, bool isPermitted) =>
        Assert.Equal(isPermitted, new SubmissionOptions().Permits(Login("bob@example.org"), Address(sender)));

    [Theory]
    [InlineData("bob@example.org sales@example.org", "Sales@Example.org", true)]
    [InlineData("  BOB@example.org   sales@example.org ", "sales@example.org", true)]
    [InlineData("bob sales@example.org", "sales@example.org", true)]
    [InlineData("bob@example.org sales@example.org", "sales@example.net", false)]
    [InlineData("ann@example.org sales@example.org", "sales@example.org", false)]
    [InlineData("bob@example.org *@example.net", "anybody@EXAMPLE.net", true)]
    [InlineData("bob@example.org *@example.net", "anybody@mail.example.net", false)]
    [InlineData("bob@example.org *@example.net", "anybody@evil-example.net", false)]
    [InlineData("bob@example.org *@example.net", "\"x@example.net\"@evil.example", false)]
    [InlineData("bob@example.org *", "anybody@anywhere.example", true)]
    [InlineData("ann@example.org *", "anybody@anywhere.example", false)]
    [InlineData("bob@example.org *@b\u00fccher.example", "anybody@XN--BCHER-KVA.example", true)]
    [InlineData("bob@example.org *@xn--bcher-kva.example", "\u00fc@b\u00fccher.example", true)]
    public void An_extra_sender_is_for_one_account_and_for_what_it_names(string extra, string sender, bool isPermitted)
    {
        Assert.True(ExtraSender.TryParse(extra, "example.org", out var parsed));
        var options = new SubmissionOptions { ExtraSenders = [parsed] };

        Assert.Equal(isPermitted, options.Permits(Login("bob@example.org"), Address(sender)));
        Assert.True(options.Permits(Login("bob@example.org"), Address("bob@example.org")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bob@example.org")]
    [InlineData("bob@example.org sales@example.org more@example.org")]
    [InlineData("bob@example.org sales")]
    [InlineData("bob@example.org *@")]
    [InlineData("bob@example.org *sales@example.org")]
    [InlineData("bob@example.org @example.org")]
    [InlineData("@example.org sales@example.org")]
    [InlineData("bob@example.org *@exa mple.org")]
    [InlineData("bob@example.org *@*")]
    public void What_is_no_account_and_address_is_no_extra_sender(string text) =>
        Assert.False(ExtraSender.TryParse(text, "example.org", out _));

    [Fact]
    public void An_account_without_a_domain_is_a_mailbox_where_there_is_no_default_domain()
    {
        Assert.True(ExtraSender.TryParse("bob sales@example.org", defaultDomain: null, out var extra));

        Assert.True(extra.Permits(Login("bob"), Address("sales@example.org")));
        Assert.False(extra.Permits(Login("bob@example.org"), Address("sales@example.org")));
    }

    [Fact]
    [Requirement("R6409-6.1-a")]
    public void A_user_may_use_what_leads_to_him_unless_the_settings_forbid_it()
    {
        var options = new SubmissionOptions
        {
            LeadsTo = (address, mailbox) => (address.LocalPart, mailbox.Value) is ("sales", "bob@example.org"),
        };

        Assert.True(options.Permits(Login("bob@example.org"), Address("sales@example.org")));
        Assert.False(options.Permits(Login("ann@example.org"), Address("sales@example.org")));
        Assert.False(options.Permits(Login("bob@example.org"), Address("ann@example.org")));
        Assert.False((options with { AllowsAliases = false })
            .Permits(Login("bob@example.org"), Address("sales@example.org")));
    }

    [Fact]
    public void Without_the_check_every_sender_will_do() =>
        Assert.True(new SubmissionOptions { ChecksSenders = false }
            .Permits(Login("bob@example.org"), Address("anybody@anywhere.example")));

    private static MailAddress Address(string text)
    {
        Assert.True(MailAddress.TryParse(text, out var address));
        return address;
    }

    private static LoginIdentity Login(string address)
    {
        Assert.True(MailboxName.TryFrom(Address(address), out var mailbox));
        return new LoginIdentity(mailbox, Address(address));
    }
}
