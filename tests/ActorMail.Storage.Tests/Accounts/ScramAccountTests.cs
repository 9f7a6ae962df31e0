using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Storage.Accounts;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Accounts;

/// <summary>What the file of accounts keeps for SCRAM, and accounts that nobody may log in with.</summary>
public sealed class ScramAccountTests : IDisposable
{
    private const string Hash = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng";
    private const string OtherHash = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$MTI0NDU2Nzg5MDEyMzQ1Ng";
    private const int Few = ScramKeys.MinIterations;

    private static readonly MailAddress Bob = new("bob", "example.org");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("accounts-");

    private string FilePath => Path.Join(_folder.FullName, "accounts");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    [Requirement("A1", "O1")]
    public void A_password_is_kept_as_a_hash_and_as_keys_and_never_as_it_is()
    {
        Open().Add(Bob, new Secret("s3cret"), Few);

        var account = Find();
        foreach (var hash in ScramKeyMaker.Hashes)
        {
            var keys = account.FindScramKeys(hash)!;
            Assert.Equal(Few, keys.Salt.Iterations);
            Assert.Equal(ScramKeys.Derive(hash, new Secret("s3cret"), keys.Salt).StoredKey, keys.StoredKey);
        }

        Assert.True(PasswordHasher.Verify(new Secret("s3cret"), account.PasswordHash!));
        Assert.DoesNotContain("s3cret", File.ReadAllText(FilePath), StringComparison.Ordinal);
        Assert.Equal(
            ["argon2id", "scram-sha-256", "scram-sha-1", "scram-of", "created"],
            account.Values.Select(pair => pair.Key));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void Every_account_has_salts_of_its_own()
    {
        Open().Add(Bob, new Secret("same"), Few);
        Open().Add(new MailAddress("eve", "example.org"), new Secret("same"), Few);

        var salts = Open().All.SelectMany(account => ScramKeyMaker.Hashes.Select(
            hash => Convert.ToHexString(account.FindScramKeys(hash)!.Salt.Salt.Span))).ToList();
        Assert.Equal(4, salts.Distinct().Count());
    }

    [Fact]
    public void A_new_password_comes_with_new_keys_or_with_none_and_keeps_all_else()
    {
        Open().Add(Bob, new Secret("old one"), Few);
        Change(line => line + " color=blue");
        var old = Find().FindScramKeys(ScramHash.Sha256)!;

        Open().SetPassword(Bob, new Secret("new one"), Few);
        var changed = Find();
        Assert.NotEqual(old.StoredKey, changed.FindScramKeys(ScramHash.Sha256)!.StoredKey);
        Assert.Contains(KeyValuePair.Create("color", "blue"), changed.Values);

        Open().SetPassword(Bob, new Secret("third one"));
        Assert.Equal(["argon2id", "created", "color"], Find().Values.Select(pair => pair.Key));
    }

    [Fact]
    public void Keys_of_a_hash_that_was_replaced_by_hand_count_no_more()
    {
        Open().Add(Bob, new Secret("old one"), Few);
        var before = Find();
        Change(line => line.Replace(before.PasswordHash!, Hash, StringComparison.Ordinal));

        Assert.Equal(Hash, Find().PasswordHash);
        Assert.All(ScramKeyMaker.Hashes, hash => Assert.Null(Find().FindScramKeys(hash)));
        Assert.All(ScramKeyMaker.Hashes, hash => Assert.NotNull(before.FindScramKeys(hash)));
    }

    [Theory]
    [InlineData("scram-sha-256=x")]
    [InlineData("scram-sha-256=0:x$x:x scram-of=x")]
    [InlineData("scram-of=")]
    public void Keys_that_cannot_be_read_are_none_and_no_fault(string values)
    {
        Write($"bob@example.org argon2id={Hash} {values}");
        Assert.Null(Find().FindScramKeys(ScramHash.Sha256));
    }

    [Fact]
    public void Keys_are_kept_for_the_hash_that_they_were_made_with()
    {
        Write($"bob@example.org argon2id={Hash} color=blue");
        var keys = ScramKeyMaker.Make(new Secret("x"), default, SaltSecret.OfProcess(), Few);
        Open().SetScramKeys(Bob, keys, Hash);

        var account = Find();
        Assert.Equal(keys[0].Format(), account.FindScramKeys(ScramHash.Sha256)!.Format());
        Assert.Equal(keys[1].Format(), account.FindScramKeys(ScramHash.Sha1)!.Format());
        Assert.Contains(KeyValuePair.Create("color", "blue"), account.Values);
    }

    [Fact]
    public void Keys_that_come_too_late_change_nothing()
    {
        Write($"bob@example.org argon2id={OtherHash}");
        var before = File.ReadAllText(FilePath);
        var keys = ScramKeyMaker.Make(new Secret("x"), default, SaltSecret.OfProcess(), Few);

        Open().SetScramKeys(Bob, keys, Hash);
        Open().SetScramKeys(new MailAddress("eve", "example.org"), keys, Hash);
        Assert.Equal(before, File.ReadAllText(FilePath));
    }

    [Fact]
    public void An_account_is_disabled_and_enabled_again_and_nothing_else_changes()
    {
        Write($"bob@example.org argon2id={Hash} color=blue", $"eve@example.org argon2id={Hash}");
        var before = File.ReadAllText(FilePath);
        var accounts = Open();

        accounts.SetDisabled(Bob, isDisabled: true);
        Assert.Equal([true, false], Open().All.Select(account => account.IsDisabled));
        Assert.Contains($"bob@example.org argon2id={Hash} color=blue disabled=yes\n", File.ReadAllText(FilePath),
            StringComparison.Ordinal);

        accounts.SetDisabled(Bob, isDisabled: true);
        accounts.SetDisabled(Bob, isDisabled: false);
        Assert.Equal(before, File.ReadAllText(FilePath));
        var refusal = Assert.Throws<AccountException>(
            () => accounts.SetDisabled(new MailAddress("ann", "example.org"), isDisabled: true));
        Assert.Equal("There is no account ann@example.org.", refusal.Message);
    }

    private Account Find() => Open().Find(Mailbox(Bob))!;

    private static MailboxName Mailbox(MailAddress address) =>
        MailboxName.TryFrom(address, out var mailbox) ? mailbox : throw new ArgumentException(null, nameof(address));

    /// <summary>Changes the last line, as an editor does.</summary>
    private void Change(Func<string, string> change)
    {
        ImmutableArray<string> lines = [.. File.ReadAllLines(FilePath)];
        File.WriteAllLines(FilePath, lines.SetItem(lines.Length - 1, change(lines[^1])));
    }

    private void Write(params string[] lines) =>
        File.WriteAllText(FilePath, string.Join('\n', lines.Prepend("# actormail accounts 1")) + "\n");

    private AccountFile Open()
    {
        var accounts = new AccountFile(FilePath, TimeProvider.System);
        accounts.TryRefresh(out _);
        return accounts;
    }
}
