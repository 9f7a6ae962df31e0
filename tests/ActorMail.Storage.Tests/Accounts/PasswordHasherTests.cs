using System.Text.RegularExpressions;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Accounts;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Accounts;

public sealed class PasswordHasherTests
{
    /// <summary>A vector of the reference implementation's own test: "password" with the salt "somesalt".</summary>
    private const string Reference =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

    [Fact]
    [Requirement("A1")]
    public void A_hash_is_salted_argon2id_of_19_MiB_and_two_passes_as_a_phc_string()
    {
        var hash = PasswordHasher.Hash(new Secret("correct horse"));
        Assert.Matches(
            new Regex(@"^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$",
                RegexOptions.NonBacktracking),
            hash);
        Assert.NotEqual(hash, PasswordHasher.Hash(new Secret("correct horse")));
        Assert.True(PasswordHasher.Verify(new Secret("correct horse"), hash));
        Assert.False(PasswordHasher.Verify(new Secret("correct house"), hash));
    }

    [Fact]
    [Requirement("A1")]
    public async Task A_hash_of_the_reference_program_is_understood()
    {
        Assert.True(await PasswordHasher.VerifyAsync(new Secret("password"), Reference));
        Assert.False(await PasswordHasher.VerifyAsync(new Secret("passwort"), Reference));
        Assert.True(PasswordHasher.Verify(new Secret("password"), Reference));
        Assert.False(PasswordHasher.Verify(new Secret("password "), Reference));
    }

    [Theory]
    [InlineData("")]
    [InlineData("password\0")]
    [InlineData("password\r\n")]
    [InlineData("\0")]
    [InlineData("\ud800")]
    [InlineData("%s${x}*?'\"")]
    [Requirement("A5")]
    public void A_strange_password_is_a_wrong_one_and_nothing_more(string password) =>
        Assert.False(PasswordHasher.Verify(new Secret(password), Reference));

    [Fact]
    [Requirement("A5")]
    public void A_password_of_20_kB_is_a_wrong_one_and_nothing_more() =>
        Assert.False(PasswordHasher.Verify(new Secret(new string('x', 20_000)), Reference));

    [Theory]
    [InlineData("")]
    [InlineData("pass\0word")]
    [InlineData("password\u200b")]
    [Requirement("A5")]
    public void What_can_be_no_password_is_not_hashed(string password) =>
        Assert.Throws<ArgumentException>(() => PasswordHasher.Hash(new Secret(password)));

    [Fact]
    public void A_blank_is_the_same_whichever_it_is()
    {
        var hash = PasswordHasher.Hash(new Secret("correct horse"));
        Assert.True(PasswordHasher.Verify(new Secret("correct\u00a0horse"), hash));
        Assert.False(PasswordHasher.Verify(new Secret("correct  horse"), hash));
    }

    [Fact]
    public void A_password_is_the_same_in_every_unicode_form()
    {
        var hash = PasswordHasher.Hash(new Secret("Gr\u00fc\u00dfe"));
        Assert.True(PasswordHasher.Verify(new Secret("Gru\u0308\u00dfe"), hash));
    }

    [Fact]
    [Requirement("A2")]
    public void The_dummy_costs_what_a_real_hash_costs_and_fits_no_password()
    {
        Assert.True(PasswordHasher.IsHash(PasswordHasher.Dummy));
        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", PasswordHasher.Dummy, StringComparison.Ordinal);
        Assert.False(PasswordHasher.Verify(new Secret(""), PasswordHasher.Dummy));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("$argon2i$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng")]
    [InlineData("$argon2id$v=16$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng")]
    [InlineData("$argon2id$v=19$m=64,t=2$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng")]
    [InlineData("$argon2id$v=19$m=0,t=2,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng")]
    [InlineData("$argon2id$v=19$m=-64,t=2,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng")]
    [InlineData("$argon2id$v=19$m=2000000000,t=2,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng")]
    [InlineData("$argon2id$v=19$m=64,t=1000000,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng")]
    [InlineData("$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$")]
    [InlineData("$argon2id$v=19$m=64,t=2,p=1$$MTIzNDU2Nzg5MDEyMzQ1Ng")]
    [InlineData("$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng==")]
    [InlineData("$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng$x")]
    [InlineData("$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$M TIzNDU2Nzg5MDEyMzQ1Ng")]
    public async Task What_is_no_hash_fits_no_password_and_costs_nothing(string encoded)
    {
        Assert.False(await PasswordHasher.VerifyAsync(new Secret("secret"), encoded));
        Assert.False(PasswordHasher.IsHash(encoded));
        Assert.False(PasswordHasher.Verify(new Secret("secret"), encoded));
    }
}
