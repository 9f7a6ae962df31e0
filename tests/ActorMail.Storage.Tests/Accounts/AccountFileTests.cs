using ActorMail.Protocols.Mail;
using ActorMail.Storage.Accounts;
using ActorMail.Tests;

namespace ActorMail.Storage.Tests.Accounts;

public sealed class AccountFileTests : IDisposable
{
    private const string Hash = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$MTIzNDU2Nzg5MDEyMzQ1Ng";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("accounts-");

    private string FilePath => Path.Combine(_folder.FullName, "accounts");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    [Requirement("A1", "O1")]
    public void An_account_is_one_line_with_a_hash_in_a_file_of_its_owner()
    {
        new AccountFile(FilePath, new FixedTime()).Add(Address("Bob@Example.org"), new Secret("s3cret"));

        var lines = File.ReadAllLines(FilePath);
        Assert.Equal("# actormail accounts 1", lines[0]);
        Assert.StartsWith("Bob@Example.org argon2id=$argon2id$v=19$m=19456,t=2", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(" created=2026-11-24T10:00:00Z", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", File.ReadAllText(FilePath), StringComparison.Ordinal);
        AssertOwnerOnly(FilePath);
        AssertOwnerOnly(FilePath + ".lock");
        Assert.False(File.Exists(FilePath + ".new"));
    }

    [Fact]
    public void What_was_added_is_found_by_the_mailbox_in_any_spelling()
    {
        var accounts = Open();
        accounts.Add(Address("Bob@Example.org"), new Secret("s3cret"));

        var account = Open().Find(Mailbox("\"BOB\"@EXAMPLE.ORG"));
        Assert.Equal("Bob@Example.org", account?.Address);
        Assert.True(PasswordHasher.Verify(new Secret("s3cret"), account!.PasswordHash!));
        Assert.Equal(account, accounts.Find(Mailbox("bob@example.org")), SameAccount);
    }

    [Theory]
    [InlineData("alice2@example.org")]
    [InlineData("alic@example.org")]
    [InlineData("*@example.org")]
    [InlineData("alice@example.or")]
    [InlineData("alice")]
    [Requirement("N3")]
    public void No_other_name_finds_an_account(string other)
    {
        Write($"alice@example.org argon2id={Hash}");
        Assert.Null(Open().Find(Mailbox(other)));
    }

    [Fact]
    public void A_new_password_replaces_the_old_one_and_keeps_all_else()
    {
        Write("# ours", $"bob@example.org colour=x argon2id={Hash} created=then color=blue", "",
            $"eve@example.org argon2id={Hash}");
        var accounts = Open();
        accounts.SetPassword(Address("bob@example.org"), new Secret("new one"));

        var bob = accounts.Find(Mailbox("bob@example.org"))!;
        Assert.True(PasswordHasher.Verify(new Secret("new one"), bob.PasswordHash!));
        Assert.Equal(
            ["# actormail accounts 1", "# ours",
                $"bob@example.org colour=x argon2id={bob.PasswordHash} created=then color=blue", "",
                $"eve@example.org argon2id={Hash}"],
            File.ReadAllLines(FilePath));
    }

    [Fact]
    public void A_removed_account_is_gone_and_the_others_are_not()
    {
        Write($"bob@example.org argon2id={Hash}", $"eve@example.org argon2id={Hash} x=y");
        var accounts = Open();
        accounts.Remove(Address("BOB@example.org"));

        Assert.Equal(["eve@example.org"], accounts.All.Select(account => account.Address));
        Assert.Equal(["# actormail accounts 1", $"eve@example.org argon2id={Hash} x=y"], File.ReadAllLines(FilePath));
    }

    [Fact]
    public void Mistakes_are_told_in_words_and_change_nothing()
    {
        Write($"bob@example.org argon2id={Hash}");
        var before = File.ReadAllText(FilePath);
        var accounts = Open();
        var tooLong = new MailAddress(new string('!', 64), "example.org");

        AssertRefused("There is an account bob@example.org already.",
            () => accounts.Add(Address("Bob@example.org"), new Secret("x")));
        AssertRefused("There is no account eve@example.org.",
            () => accounts.SetPassword(Address("eve@example.org"), new Secret("x")));
        AssertRefused("There is no account eve@example.org.", () => accounts.Remove(Address("eve@example.org")));
        AssertRefused("The password is empty.", () => accounts.Add(Address("eve@example.org"), new Secret("")));
        AssertRefused("The password is empty.", () => accounts.SetPassword(Address("bob@example.org"), new Secret("")));
        AssertRefused($"No mailbox can have the address {tooLong}.", () => accounts.Add(tooLong, new Secret("x")));
        AssertRefused("No mailbox can have the address \"\"@example.org.",
            () => accounts.Add(new MailAddress("", "example.org"), new Secret("x")));
        Assert.Equal(before, File.ReadAllText(FilePath));
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\r\nb")]
    [InlineData("a\tb")]
    [InlineData("a\ud800")]
    [Requirement("A5")]
    public void A_password_that_no_client_can_send_is_not_stored(string password) =>
        AssertRefused("The password holds characters that no mail program can send.",
            () => Open().Add(Address("bob@example.org"), new Secret(password)));

    [Fact]
    public void A_password_must_fit_into_a_command_line() =>
        AssertRefused("The password is longer than 500 octets.",
            () => Open().Add(Address("bob@example.org"), new Secret(new string('ä', 251))));

    [Fact]
    public void A_change_from_outside_is_seen()
    {
        Write($"bob@example.org argon2id={Hash}");
        var accounts = Open();
        var version = accounts.Version;
        Write($"eve@example.org argon2id={Hash}");

        Assert.True(accounts.TryRefresh(out _));
        Assert.Null(accounts.Find(Mailbox("bob@example.org")));
        Assert.NotNull(accounts.Find(Mailbox("eve@example.org")));
        Assert.True(accounts.Version > version);
    }

    [Fact]
    public void A_file_that_did_not_change_is_not_read_again()
    {
        Write($"bob@example.org argon2id={Hash}");
        File.SetLastWriteTimeUtc(FilePath, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var accounts = Open();
        var (version, bob) = (accounts.Version, accounts.Find(Mailbox("bob@example.org")));

        Assert.True(accounts.TryRefresh(out _));
        Assert.Equal(version, accounts.Version);
        Assert.Same(bob, accounts.Find(Mailbox("bob@example.org")));
    }

    [Fact]
    public void A_file_that_was_only_touched_is_no_change()
    {
        Write($"bob@example.org argon2id={Hash}");
        var accounts = Open();
        var version = accounts.Version;
        Write($"bob@example.org argon2id={Hash}");

        Assert.True(accounts.TryRefresh(out _));
        Assert.Equal(version, accounts.Version);
    }

    [Theory]
    [InlineData("line 3: expected an address at its beginning", "bob@@example.org argon2id=x")]
    [InlineData("line 3: expected an address at its beginning", " eve@example.org")]
    [InlineData("line 3: expected an address at its beginning", "\"eve@example.org argon2id=x")]
    [InlineData("line 3: expected key=value pairs behind eve@example.org", "eve@example.org secret")]
    [InlineData("line 3: expected key=value pairs behind eve@example.org", "eve@example.org =x")]
    [InlineData("line 3: expected key=value pairs behind eve@example.org", "eve@example.org A=x")]
    [InlineData("line 3: a is there twice", "eve@example.org a=x a=y")]
    [InlineData("line 3: BOB@example.org is there twice", "BOB@example.org")]
    [InlineData("line 3: the password hash of eve@example.org cannot be read", "eve@example.org argon2id=secret")]
    public void A_broken_file_is_told_by_its_line_and_the_old_accounts_stay(string fault, string line)
    {
        Write($"bob@example.org argon2id={Hash}");
        var accounts = Open();
        Write($"ann@example.org argon2id={Hash}", line.Replace("BOB", "ANN", StringComparison.Ordinal));

        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.False(accounts.TryRefresh(out var told));
            Assert.Equal($"{FilePath}, {fault.Replace("BOB", "ANN", StringComparison.Ordinal)}", told);
        }

        Assert.Equal(["bob@example.org"], accounts.All.Select(account => account.Address));
        AssertRefused($"{FilePath}, {fault.Replace("BOB", "ANN", StringComparison.Ordinal)}",
            () => accounts.Remove(Address("bob@example.org")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bob@example.org")]
    [InlineData("# actormail accounts 2\nbob@example.org\n")]
    public void A_file_of_another_kind_or_version_is_not_read(string text)
    {
        File.WriteAllText(FilePath, text);
        var accounts = new AccountFile(FilePath, TimeProvider.System);
        Assert.False(accounts.TryRefresh(out var fault));
        Assert.Equal($"{FilePath}, line 1: expected \"# actormail accounts 1\"", fault);
        Assert.False(accounts.IsLoaded);
    }

    [Fact]
    public void A_file_that_is_not_there_or_not_text_is_a_fault_and_no_exception()
    {
        var accounts = new AccountFile(FilePath, TimeProvider.System);
        Assert.False(accounts.TryRefresh(out var missing));
        Assert.Contains(FilePath, missing, StringComparison.Ordinal);

        File.WriteAllBytes(FilePath, [.. "# actormail accounts 1\n"u8, 0xFF, 0xFE]);
        Assert.False(accounts.TryRefresh(out var binary));
        Assert.Equal($"{FilePath}: not UTF-8", binary);

        File.Delete(FilePath);
        Directory.CreateDirectory(FilePath);
        Assert.False(accounts.TryRefresh(out var folder));
        Assert.NotNull(folder);
        Assert.False(accounts.IsLoaded);

        Directory.Delete(FilePath);
        Write($"bob@example.org argon2id={Hash}");
        Assert.True(accounts.TryRefresh(out _));
        Assert.True(accounts.IsLoaded);
    }

    [Fact]
    public void Line_ends_comments_and_a_byte_order_mark_of_other_editors_are_understood()
    {
        File.WriteAllText(FilePath,
            $"\uFEFF# actormail accounts 1\r\n\r\n  # friends\r\n\"b o b\"@example.org argon2id={Hash}\r\n\r\n");
        var account = Assert.Single(Open().All);
        Assert.Equal((Mailbox("\"b o b\"@example.org"), Hash), (account.Mailbox, account.PasswordHash));
    }

    [Fact]
    public async Task Changes_made_at_the_same_time_are_all_there_afterwards()
    {
        var names = Enumerable.Range(1, 100).Select(number => $"user{number}@example.org").ToArray();
        Write([.. names, "bob@example.org"]);
        await Task.WhenAll(names.Chunk(25).Select(some => Task.Factory.StartNew(
            () => RemoveAll(some), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(["bob@example.org"], Open().All.Select(account => account.Address));

        void RemoveAll(string[] some)
        {
            var accounts = new AccountFile(FilePath, TimeProvider.System);
            foreach (var name in some)
                accounts.Remove(Address(name));
        }
    }

    [Fact]
    public void What_a_crash_left_behind_is_no_hindrance()
    {
        Write($"bob@example.org argon2id={Hash}");
        File.WriteAllText(FilePath + ".new", "half a li");
        File.WriteAllText(FilePath + ".lock", "");
        Open().Remove(Address("bob@example.org"));
        Assert.Empty(Open().All);
        Assert.False(File.Exists(FilePath + ".new"));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_made()
    {
        var accounts = new AccountFile(Path.Combine(_folder.FullName, "data", "accounts"), TimeProvider.System);
        accounts.Add(Address("bob@example.org"), new Secret("x"));
        Assert.Single(accounts.All);
    }

    [Fact]
    [Requirement("O2")]
    public void An_account_prints_as_its_address()
    {
        Write($"bob@example.org argon2id={Hash}");
        Assert.Equal("bob@example.org", Assert.Single(Open().All).ToString());
    }

    [Fact]
    public void A_symbolic_link_stays_one_when_its_file_is_changed()
    {
        if (OperatingSystem.IsWindows())
            return;

        var real = Path.Combine(_folder.FullName, "real");
        File.WriteAllText(real, $"# actormail accounts 1\nbob@example.org argon2id={Hash}\n");
        File.CreateSymbolicLink(FilePath, real);
        Open().Remove(Address("bob@example.org"));
        Assert.Equal("# actormail accounts 1\n", File.ReadAllText(real));
        Assert.Equal(real, new FileInfo(FilePath).LinkTarget);
    }

    private static bool SameAccount(Account? one, Account? other) =>
        one!.Address == other!.Address && one.Values.SequenceEqual(other.Values);

    private static void AssertRefused(string message, Action change) =>
        Assert.Equal(message, Assert.Throws<AccountException>(change).Message);

    private static void AssertOwnerOnly(string path)
    {
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    private static MailAddress Address(string text) =>
        MailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    private static MailboxName Mailbox(string text) =>
        MailboxName.TryFrom(Address(text), out var mailbox) ? mailbox : throw new ArgumentException(text, nameof(text));

    private void Write(params string[] lines) =>
        File.WriteAllText(FilePath, string.Join('\n', lines.Prepend("# actormail accounts 1")) + "\n");

    private AccountFile Open()
    {
        var accounts = new AccountFile(FilePath, TimeProvider.System);
        accounts.TryRefresh(out _);
        return accounts;
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    }
}
