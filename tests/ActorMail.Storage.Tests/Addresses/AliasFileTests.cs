using System.Text;
using ActorMail.Storage.Addresses;
using static ActorMail.Storage.Tests.Addresses.Books;

namespace ActorMail.Storage.Tests.Addresses;

public sealed class AliasFileTests : IDisposable
{
    private readonly string _path = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());

    [Fact]
    public void A_table_is_read_again_when_it_changes()
    {
        File.WriteAllText(_path, "sales: ann\n");
        var file = Open();
        Assert.Equal("ann@example.org", Ask(file));
        var first = file.Book;
        Assert.Same(first, Refreshed(file));

        File.WriteAllText(_path, "sales: bob\n");
        Assert.Equal("bob@example.org", Ask(file));
    }

    [Fact]
    public void A_table_of_the_same_size_and_time_in_its_place_is_seen()
    {
        File.WriteAllText(_path, "sales: ann\n");
        var then = DateTime.UnixEpoch.AddYears(50);
        File.SetLastWriteTimeUtc(_path, then);
        var file = Open();
        Assert.Equal("ann@example.org", Ask(file));

        File.WriteAllText(_path + ".new", "sales: bob\n");
        File.SetLastWriteTimeUtc(_path + ".new", then);
        File.Move(_path + ".new", _path, overwrite: true);
        Assert.Equal("bob@example.org", Ask(file));
    }

    [Fact]
    public void A_table_with_a_fault_changes_nothing()
    {
        File.WriteAllText(_path, "sales: ann\n");
        var file = Open();
        Assert.Equal("ann@example.org", Ask(file));

        File.WriteAllText(_path, "sales: bob\nx\ny: a b\n");
        Assert.False(file.TryRefresh(out var fault));
        Assert.Equal(
            $"{_path}: line 2: expected an alias such as sales@example.org: ann@example.org, bob@example.org; "
            + "found 'x' (and 1 more)",
            fault);
        Assert.False(file.TryRefresh(out _));
        Assert.Equal("ann@example.org", Show(file));

        File.WriteAllText(_path, "sales: bob\n");
        Assert.Equal("bob@example.org", Ask(file));
    }

    [Fact]
    public void Octets_that_are_no_text_are_a_fault()
    {
        File.WriteAllBytes(_path, [.. Encoding.UTF8.GetBytes("sales: b"), 0xC0, 0xAF]);

        Assert.False(Open().TryRefresh(out var fault));
        Assert.Equal($"{_path}: not UTF-8", fault);
    }

    [Fact]
    public void A_table_need_not_be_there_but_must_not_go()
    {
        var file = Open();
        Assert.True(file.TryRefresh(out _));
        Assert.Equal(0, file.Book.AliasCount);

        File.WriteAllText(_path, "sales: ann\n");
        Assert.Equal("ann@example.org", Ask(file));

        File.Delete(_path);
        Assert.False(file.TryRefresh(out _));
        Assert.Equal("ann@example.org", Show(file));
    }

    [Fact]
    public void A_table_that_stays_away_is_one_without_aliases()
    {
        var time = new FarTime();
        var file = new AliasFile(Options with { AliasFile = _path, IsAliasFileOptional = true }, time);
        File.WriteAllText(_path, "sales: ann\n");
        Assert.Equal("ann@example.org", Ask(file));
        File.Delete(_path);
        Assert.False(file.TryRefresh(out _));

        time.Seconds += 6;
        Assert.Equal(0, Refreshed(file).AliasCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sales: bo")]
    [InlineData("desk: bob\nsales: c")]
    public void A_table_that_somebody_is_writing_is_not_taken(string half)
    {
        var file = new AliasFile(Options with { AliasFile = _path }, TimeProvider.System);
        File.WriteAllText(_path, "sales: ann\n");
        Assert.Equal("ann@example.org", Ask(file));

        File.WriteAllText(_path, half);
        Assert.Equal("ann@example.org", Ask(file));
        Assert.True(file.IsSettling);

        File.WriteAllText(_path, "sales: bob\n");
        Assert.Equal("bob@example.org", Ask(file));
        Assert.False(file.IsSettling);
    }

    [Fact]
    public void A_table_without_a_last_line_end_is_taken_when_it_has_rested()
    {
        File.WriteAllText(_path, "sales: ann\n");
        var file = Open();
        Assert.Equal("ann@example.org", Ask(file));

        File.WriteAllText(_path, "sales: bob");
        Assert.Equal("bob@example.org", Ask(file));
    }

    [Fact]
    public void A_table_that_the_settings_name_must_be_there() =>
        Assert.False(Open(isOptional: false).TryRefresh(out _));

    public void Dispose() => File.Delete(_path);

    private static AddressBook Refreshed(AliasFile file)
    {
        Assert.True(file.TryRefresh(out var fault), fault);
        return file.Book;
    }

    private static string Ask(AliasFile file)
    {
        Refreshed(file);
        return Show(file);
    }

    private static string Show(AliasFile file) =>
        string.Join(' ', file.Book.Find(Address("sales@example.org"), null).Targets.Select(it => it.Mailbox.Value));

    /// <summary>By a clock that is far from the file's times, so that no table counts as young.</summary>
    private AliasFile Open(bool isOptional = true) =>
        new(Options with { AliasFile = _path, IsAliasFileOptional = isOptional }, new FarTime());

    private sealed class FarTime : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(500);
    }
}
