using ActorMail.Storage.Addresses;

namespace ActorMail.Server.Tests.Configuration;

public sealed class AddressSettingsTests : SettingsFixture
{
    private const string Ours = "actormail.domains=example.org,example.com";
    private const string Key = "--set: actormail.addresses";

    [Fact]
    public void Details_are_parted_where_there_are_accounts()
    {
        Assert.Equal("", Addresses().Delimiter);
        Assert.Equal("+", Addresses("actormail.accounts.mode=file").Delimiter);
        Assert.Equal("-", Addresses("actormail.addresses.plus=-").Delimiter);
        Assert.Equal("", Addresses("actormail.accounts.mode=file", "actormail.addresses.plus=").Delimiter);
    }

    [Fact]
    public void The_table_of_aliases_is_in_the_data_folder_if_it_is_there()
    {
        var settings = Accept();
        Assert.Equal(Path.Join(settings.DataFolder, "aliases"), settings.Recipients.Addresses.AliasFile);
        Assert.True(settings.Recipients.Addresses.IsAliasFileOptional);

        var named = Addresses("actormail.addresses.alias-file=my/aliases");
        Assert.Equal(Path.Join(Folder, "my", "aliases"), named.AliasFile);
        Assert.False(named.IsAliasFileOptional);
        Assert.Null(Addresses("actormail.addresses.alias-file=").AliasFile);
    }

    [Fact]
    public void Aliases_are_read_from_a_list()
    {
        Write("my.hocon", """
            actormail {
              domains = ["example.org"]
              addresses {
                aliases = ["sales@example.org: ann@example.org, bob@example.org", "@example.org: bob@example.net"]
                domain-aliases = ["example.net example.org"]
                max-targets = 7
              }
            }
            """);
        var options = Accept(Sources() with { Files = ["my.hocon"] }).Recipients.ToAddressOptions();

        Assert.Equal(["sales@example.org", "@example.org"], options.Aliases.Select(alias => alias.Name));
        Assert.Equal(["example.net example.org"], options.DomainAliases.Select(alias => alias.ToString()));
        Assert.Equal(7, options.MaxTargets);
        var (book, faults) = AddressBook.Make(options, []);
        Assert.Empty(faults);
        Assert.Equal(2, book.AliasCount);
    }

    [Theory]
    [InlineData("aliases=rubbish",
        "expected an alias such as sales@example.org: ann@example.org, bob@example.org; found 'rubbish'")]
    [InlineData("aliases=a@evil.example: bob", "a@evil.example is not in a domain that mail is taken for")]
    [InlineData("aliases=a: bob@evil.example",
        "'bob@evil.example' is in no domain that mail is taken for, and mail does not go out yet")]
    [InlineData("domain-aliases=example.net",
        "expected two domains, such as \"example.net example.org\" or \"*.example.org example.org\"; "
        + "found 'example.net'")]
    [InlineData("domain-aliases=example.net evil.example",
        "'example.net evil.example': evil.example is not one of actormail.domains")]
    [InlineData("domain-aliases=example.net example.org,Example.NET example.com",
        "'Example.NET example.com': the first domain is there twice")]
    [InlineData("domain-aliases=example.net example.org,example.org example.com",
        "'example.net example.org': example.org is another name itself")]
    [InlineData("plus=++", "expected one sign such as +, auto, or nothing, found '++'")]
    [InlineData("plus=a", "expected one sign such as +, auto, or nothing, found 'a'")]
    [InlineData("plus=.", "expected one sign such as +, auto, or nothing, found '.'")]
    [InlineData("plus=@", "expected one sign such as +, auto, or nothing, found '@'")]
    [InlineData("max-targets=0", "expected a whole number from 1 to 1000000, found '0'")]
    public void What_cannot_work_is_refused(string setting, string fault) =>
        Assert.Equal(
            [$"{Key}.{setting[..setting.IndexOf('=', StringComparison.Ordinal)]}: {fault}"],
            Refuse(Ours, $"actormail.addresses.{setting}"));

    [Fact]
    public void Every_fault_of_the_aliases_is_reported()
    {
        Write("my.hocon", """
            actormail.domains = ["example.org"]
            actormail.addresses.aliases = ["a: b@example.org", "b: a", "a: bob", "c: x y"]
            """);

        Assert.Equal(
            [
                "my.hocon:2: actormail.addresses.aliases: a is there already, in the settings",
                "my.hocon:2: actormail.addresses.aliases: 'x y' is no address",
                "my.hocon:2: actormail.addresses.aliases: a loop: a -> b -> a",
            ],
            Refuse(Sources() with { Files = ["my.hocon"] }));
    }

    private AddressOptions Addresses(params string[] assignments) => Accept(assignments).Recipients.Addresses;
}
