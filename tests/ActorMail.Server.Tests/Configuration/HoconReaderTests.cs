using ActorMail.Server.Configuration;
using Akka.Configuration;

namespace ActorMail.Server.Tests.Configuration;

public sealed class HoconReaderTests
{
    [Theory]
    [InlineData("a = 5s", "a=5s")]
    [InlineData("a : 5 s # why", "a=5 s")]
    [InlineData("a.b = x // why\nc = y", "a.b=x|c=y")]
    [InlineData("a { b = 1, c = 2 }", "a|a.b=1|a.c=2")]
    [InlineData("a {\r\n  b { c = on }\r\n}\r\n", "a|a.b|a.b.c=on")]
    [InlineData("a = { b = 1 }", "a|a.b=1")]
    [InlineData("a = [1, 2, 3]", "a=[1,2,3]")]
    [InlineData("a = [\n  \"x\"\n  y # why\n]", "a=[x,y]")]
    [InlineData("a = []", "a=[]")]
    [InlineData("a = \"[::1]:0 # no comment\"", "a=[::1]:0 # no comment")]
    [InlineData("a = \"q\\\"\\\\\\u0041\\t\"", "a=q\"\\A\t")]
    [InlineData("a = /var/mail", "a=/var/mail")]
    [InlineData("\uFEFFa = 1", "a=1")]
    [InlineData("\"a\".b = 1", "a.b=1")]
    [InlineData("\"a.b\" = 1", "\"a.b\"=1")]
    [InlineData("# nothing", "")]
    [InlineData("", "")]
    public void What_settings_need_of_hocon_is_read(string text, string expected)
    {
        var document = HoconReader.Read("my.hocon", text);

        Assert.Empty(document.Faults);
        Assert.Equal(expected, string.Join('|', document.Entries.Select(Show)));
    }

    [Theory]
    [InlineData("a = [::1]:0", "my.hocon:1: a: an IPv6 address needs double quotes: [\"[::1]:0\"]")]
    [InlineData("a = [[::1]:0]", "my.hocon:1: a: an IPv6 address needs double quotes: \"[::1]:0\"")]
    [InlineData("a = [x, [::1]:0,\ny]", "my.hocon:1: a: an IPv6 address needs double quotes: \"[::1]:0\"")]
    [InlineData("a = 127.0.0.1:25", "my.hocon:1: a: needs double quotes: \"127.0.0.1:25\"")]
    [InlineData("a = [127.0.0.1:25]", "my.hocon:1: a: needs double quotes: \"127.0.0.1:25\"")]
    [InlineData("\n\na = [*]", "my.hocon:3: a: needs double quotes: \"*\"")]
    [InlineData("a = C:\\data", "my.hocon:1: a: needs double quotes: \"C:\\\\data\"")]
    [InlineData("a = \"C:\\data\"", "my.hocon:1: a: '\\d' is no escape; a backslash itself is written \\\\")]
    [InlineData("a = \"x", "my.hocon:1: a: the double quote is never closed")]
    [InlineData("a = \"x\nb = 1\"", "my.hocon:1: a: the double quote is never closed",
        "my.hocon:2: b: needs double quotes: \"1\\\"\"")]
    [InlineData("a = 'x'", "my.hocon:1: a: single quotes mean nothing here; write \"x\"")]
    [InlineData("a = \"\"\"x\"\"\"", "my.hocon:1: a: triple quotes are not supported; write the text in one line")]
    [InlineData("a = ${b}", "my.hocon:1: a: substitutions such as ${x} are not supported here; write the value itself")]
    [InlineData("a = null", "my.hocon:1: a: null is not a value; leave the line out to have the default")]
    [InlineData("a =\nb = 1", "my.hocon:1: a: a value is missing")]
    [InlineData("a = # why", "my.hocon:1: a: a value is missing")]
    [InlineData("a += 1", "my.hocon:1: a: += is not supported; write the whole list with =")]
    [InlineData("a = \"x\" y", "my.hocon:1: a: 'y' is too much; a new line or a comma is missing before it")]
    [InlineData("a = [\"x\" \"y\"]", "my.hocon:1: a: '\"y\"]' is too much; a new line or a comma is missing before it",
        "my.hocon:1: the [ of a is never closed")]
    [InlineData("a = 1 b = 2", "my.hocon:1: a: needs double quotes: \"1 b = 2\"")]
    [InlineData("include \"other.hocon\"", "my.hocon:1: include is not supported; name each file with --config")]
    [InlineData("a {\nrubbish here\n}", "my.hocon:2: expected 'key = value' or 'key {', found 'rubbishhere'")]
    [InlineData("?!", "my.hocon:1: expected 'key = value' or 'key {', found '?!'")]
    [InlineData("a {\n b = 1\n", "my.hocon:1: the { of a is never closed")]
    [InlineData("a {\n b {\n c = [1\n", "my.hocon:1: the { of a is never closed",
        "my.hocon:2: the { of a.b is never closed", "my.hocon:3: the [ of a.b.c is never closed")]
    [InlineData("a = 1\n}", "my.hocon:2: this } closes nothing")]
    [InlineData("]", "my.hocon:1: this ] closes nothing")]
    [InlineData("a {\n b = 1\n ]", "my.hocon:3: a: found ] where the { of line 1 is open")]
    [InlineData("a = [\n 1\n }", "my.hocon:3: a: found } where the [ of line 1 is open")]
    [InlineData("a = 1\nb = \u0001", "my.hocon:2: holds the control character U+0001; is it a text file?")]
    [InlineData("a = 1\rb = 2", "my.hocon:1: holds the control character U+000D; is it a text file?")]
    public void What_is_wrong_is_named_with_its_file_and_line(string text, params string[] faults)
    {
        var document = HoconReader.Read("my.hocon", text);

        Assert.Equal(faults, document.Faults.Select(fault => fault.ToString()));
    }

    [Fact]
    public void Several_faults_of_one_file_are_found_at_once_and_not_without_end()
    {
        var some = HoconReader.Read("my.hocon", "a = *\nb = 1\nc = ?\nd");
        var many = HoconReader.Read("my.hocon", string.Concat(Enumerable.Repeat("rubbish\n", 10_000)));

        Assert.Equal(["my.hocon:1", "my.hocon:3", "my.hocon:4"], some.Faults.Select(fault => fault.Where));
        Assert.Equal(20, many.Faults.Length);
    }

    [Fact]
    public void Braces_in_great_number_are_a_fault_and_no_stack_overflow()
    {
        var groups = HoconReader.Read("my.hocon", string.Concat(Enumerable.Repeat("a {", 100_000)));
        var lists = HoconReader.Read("my.hocon", "a = " + new string('[', 100_000));

        Assert.Equal("is nested too deep", Assert.Single(groups.Faults).Text);
        Assert.Equal("is nested too deep", Assert.Single(lists.Faults).Text);
    }

    [Fact]
    public void Every_beginning_of_a_file_is_read_to_an_end_without_an_exception()
    {
        var text = SettingsReference.Instance.Text;
        var inside = text.IndexOf("actormail {", StringComparison.Ordinal) + "actormail {".Length;
        var end = text.LastIndexOf("\n}", StringComparison.Ordinal) + 1;
        for (var length = 0; length < text.Length; length += 7)
        {
            var faults = HoconReader.Read("my.hocon", text[..length]).Faults;
            // A file that was cut inside its braces can never pass for a whole one.
            Assert.True(faults.Length > 0 || length < inside || length > end);
        }
    }

    [Fact]
    public void Only_the_akka_section_goes_to_akka()
    {
        var document = HoconReader.Read(
            "my.hocon", "akka.loglevel = DEBUG\nactormail { data = x }\nakka {\n  stdout-loglevel = OFF # why\n}\n");

        Assert.Equal("akka.loglevel = DEBUG\nakka {\n  stdout-loglevel = OFF # why\n}\n", document.AkkaText);
    }

    [Fact]
    public void The_reference_means_the_same_to_akka()
    {
        var akka = ConfigurationFactory.ParseString(SettingsReference.Instance.Text);

        foreach (var (key, value) in SettingsReference.Instance.Defaults)
            Assert.Equal(value.Text, value.IsList ? string.Join(',', akka.GetStringList(key)) : akka.GetString(key));
    }

    private static string Show(HoconEntry entry) => entry.Value switch
    {
        null => entry.Path,
        { IsList: true } list => $"{entry.Path}=[{list.Text}]",
        var value => $"{entry.Path}={value.Text}",
    };
}
