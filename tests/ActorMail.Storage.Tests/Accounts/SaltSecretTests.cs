using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Storage.Accounts;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Accounts;

public sealed class SaltSecretTests : IDisposable
{
    private const int Iterations = 65_536;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("salts-");

    private string AccountsPath => Path.Join(_folder.FullName, "data", "accounts");

    private string SecretPath => AccountsPath + ".salt";

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    [Requirement("A2", "O1")]
    public void A_made_up_salt_is_the_same_after_a_restart_and_its_secret_is_its_owners()
    {
        var first = MakeUp(Load(), "eve@example.org");
        Assert.Equal(first, MakeUp(Load(), "eve@example.org"));

        Assert.Equal(32, Convert.FromBase64String(File.ReadAllText(SecretPath)).Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SecretPath));
    }

    [Fact]
    [Requirement("A2")]
    public void A_made_up_salt_looks_like_a_real_one()
    {
        var real = ScramKeyMaker.Make(new Secret("x"), default, SaltSecret.OfProcess(), ScramKeys.MinIterations);
        foreach (var keys in real)
        {
            var madeUp = Load().MakeUp("eve", default, keys.Hash, ScramKeys.MinIterations);
            Assert.Equal(keys.Salt.Salt.Length, madeUp.Salt.Length);
            Assert.Equal(keys.Salt.Iterations, madeUp.Iterations);
        }
    }

    [Fact]
    public void Every_name_and_hash_has_a_salt_of_its_own_and_every_spelling_the_same()
    {
        var salts = Load();
        Assert.Equal(MakeUp(salts, "eve@example.org"), MakeUp(salts, "EVE@Example.ORG"));
        Assert.NotEqual(MakeUp(salts, "eve@example.org"), MakeUp(salts, "ann@example.org"));
        Assert.NotEqual(MakeUp(salts, "no name\0"), MakeUp(salts, "no name"));
        Assert.NotEqual(MakeUp(salts, "eve@example.org"), MakeUp(salts, "eve@example.org", ScramHash.Sha1));
        Assert.NotEqual(MakeUp(salts, "eve@example.org"), MakeUp(SaltSecret.OfProcess(), "eve@example.org"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no base64!")]
    [InlineData("c2hvcnQ=")]
    public void A_secret_that_cannot_be_read_is_told_and_left_as_it_is(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SecretPath)!);
        File.WriteAllText(SecretPath, text);

        var salts = SaltSecret.Load(AccountsPath, out var fault);
        Assert.Equal($"{SecretPath}: not 32 octets in base64", fault);
        Assert.Equal(MakeUp(salts, "eve"), MakeUp(salts, "eve"));
        Assert.Equal(text, File.ReadAllText(SecretPath));
    }

    [Fact]
    public void A_secret_that_cannot_be_kept_is_told_and_lasts_as_long_as_the_process()
    {
        File.WriteAllText(Path.Join(_folder.FullName, "data"), "a file where a folder should be");
        var salts = SaltSecret.Load(AccountsPath, out var fault);
        Assert.NotNull(fault);
        Assert.Equal(MakeUp(salts, "eve"), MakeUp(salts, "eve"));
    }

    private SaltSecret Load()
    {
        var salts = SaltSecret.Load(AccountsPath, out var fault);
        Assert.Null(fault);
        return salts;
    }

    private static string MakeUp(SaltSecret salts, string user, ScramHash? hash = null)
    {
        var mailbox = default(MailboxName);
        if (MailAddress.TryParse(user, out var address))
            MailboxName.TryFrom(address, out mailbox);
        return Convert.ToHexString(salts.MakeUp(user, mailbox, hash ?? ScramHash.Sha256, Iterations).Salt.Span);
    }
}
