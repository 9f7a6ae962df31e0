using System.Text;
using ActorMail.Protocols.Mime;
using ActorMail.Protocols.Wire;
using ActorMail.Tests;

namespace ActorMail.Protocols.Tests.Mime;

/// <summary>Fields as long as one may be, made of what costs a reader most.</summary>
public sealed class SurrogateHostileTests
{
    [Theory]
    [Requirement("F6", "R6856-2.1-a")]
    [InlineData("To", "(")]
    [InlineData("To", "(é")]
    [InlineData("To", "é,")]
    [InlineData("To", "a@é,")]
    [InlineData("To", "é@x,<")]
    [InlineData("To", "a:é@b;")]
    [InlineData("To", "a:")]
    [InlineData("To", "é<")]
    [InlineData("To", "<é>")]
    [InlineData("To", "é\"\"")]
    [InlineData("To", "[")]
    [InlineData("To", "\\")]
    [InlineData("To", "@")]
    [InlineData("To", "\n ")]
    [InlineData("To", "é\n ")]
    [InlineData("Subject", "é ")]
    [InlineData("Subject", " ")]
    [InlineData("Subject", "é  ")]
    [InlineData("Subject", "\n é")]
    [InlineData("Subject", "=?")]
    [InlineData("Subject", "=?X?Q?a?= é ")]
    [InlineData("Subject", "\u0300")]
    [InlineData("Subject", "a")]
    [InlineData("Received", "for ")]
    [InlineData("Received", "for (é) ")]
    [InlineData("Received", "for <é>")]
    [InlineData("Received", "é ")]
    [InlineData("Received", "é;")]
    [InlineData("Content-Type", ";a=é")]
    [InlineData("Content-Type", ";a*1=é")]
    [InlineData("Content-Type", ";a*=é")]
    [InlineData("Content-Type", "=é")]
    [InlineData("Content-Type", "é")]
    [InlineData("Message-ID", "<é>")]
    [InlineData("Date", "(é")]
    [InlineData("Date", "()")]
    [InlineData("Keywords", "é,")]
    [InlineData("Keywords", "é\"")]
    public void A_field_of_nothing_but_one_thing_is_sound(string name, string repeated)
    {
        var count = (SurrogateHeader.MaxFieldLength - 1_000) / Encoding.UTF8.GetByteCount(repeated);
        var many = string.Concat(Enumerable.Repeat(repeated, count));
        foreach (var text in new[] { "é " + many, "\"" + many + "é\"", "é=" + many + "é" })
            AssertIsSound(Encoding.UTF8.GetBytes($"{name}: {text}\n\n"));
        AssertIsSound(Encoding.Latin1.GetBytes($"{name}: {many}\u00e9\n\n"));
    }

    [Fact]
    [Requirement("F6")]
    public void Comments_as_deep_as_a_field_is_long_are_sound()
    {
        const int Depth = 30_000;
        foreach (var name in new[] { "To", "Date", "Received", "Content-Type", "Keywords", "References", "Subject" })
        {
            var field = $"{name}: x {new string('(', Depth)}é{new string(')', Depth)}";
            AssertIsSound(Encoding.UTF8.GetBytes(field));
            AssertIsSound(Encoding.UTF8.GetBytes(field[..^1]));
        }
    }

    [Fact]
    [Requirement("F1", "F6")]
    public void Behind_so_many_octets_beyond_ASCII_fields_are_not_written_anew_any_more()
    {
        var field = "To: é" + new string('a', 1_017) + "\n";
        Assert.Equal(1_024, Encoding.UTF8.GetByteCount(field));
        const int Most = SurrogateHeader.MaxHeaderLength / 1_024;
        var many = string.Concat(Enumerable.Repeat("A: b\n" + field, Most));

        var surrogate = Encoding.UTF8.GetString(Surrogate.Of(many + field + "Subject: é\n\n").Octets);

        Assert.Equal(Most, surrogate.Split("A: b\nTo: =?").Length - 1);
        Assert.EndsWith("\n" + field.Replace("é", "??", StringComparison.Ordinal) + "Subject: ??\n\n", surrogate);
    }

    [Fact]
    public void A_name_of_any_length_is_kept()
    {
        foreach (var length in new[] { 60, 76, 998, 2_000 })
        {
            var name = new string('n', length);
            Assert.Equal(name + ":\n =?UTF-8?B?w6k=?=", Surrogate.OfField(name + ": é"));
            Assert.Equal(name + ":\n =?UTF-8?B?w6k=?=", Surrogate.OfField(name + ":é"));
        }
    }

    [Fact]
    public void A_word_too_long_for_a_line_is_encoded_and_one_that_fits_stays()
    {
        var longest = new string('a', 900);
        Assert.Equal($"Subject: {longest}\n =?UTF-8?B?w6k=?=", Surrogate.OfField($"Subject: {longest} é"));
        Assert.StartsWith("Subject: =?UTF-8?Q?aaaa", Surrogate.OfField($"Subject: {longest}a é"));
        Assert.StartsWith("To: =?UTF-8?Q?aaaa", Surrogate.OfField($"To: {new string('a', 999)}@b, é <a@b>"));
    }

    private static void AssertIsSound(byte[] stored) => Assert.Null(
        SurrogateModel.FaultOf(stored, Surrogate.Of([stored], width: 4_096), BodyTraits.EightBit));
}
