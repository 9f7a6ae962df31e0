using System.Globalization;
using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Addresses;

namespace ActorMail.Fuzz.Targets;

/// <summary>
/// A table of aliases and the address book that it makes. Whatever stands in it, each name is found in an end, loops
/// included, with no mailbox twice and no more than are allowed.
/// </summary>
internal sealed class AliasesTarget : IFuzzTarget
{
    private const int MaxTargets = 5;

    private static readonly AddressOptions Options = new()
    {
        Domains = ["example.org", "xn--bcher-kva.example"],
        DefaultDomain = "example.org",
        Delimiter = "+",
        MaxTargets = MaxTargets,
    };

    public string Name => "aliases";

    public int MaxLength => 512;

    public void Run(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        var (entries, faults) = AliasTable.Read(text);
        var lines = text.Split('\n').Length;
        foreach (var fault in faults)
            AssertPlace(fault.Where, lines);
        foreach (var entry in entries)
            AssertPlace(entry.Where, lines);

        var (book, more) = AddressBook.Make(Options, entries);
        foreach (var fault in more)
            Property.Holds(fault.Text.Length > 0, "a fault says what is wrong");
        Property.Holds(more.IsEmpty || book.AliasCount == 0, "a table with faults makes no alias");
        Property.Equal(book.AliasCount, book.Aliases.Count(), "aliases are as many as are shown");
        foreach (var name in entries.Select(entry => entry.Name).Concat(["postmaster", "abuse@example.org", "bob+x"]))
            AssertFound(book, name);
    }

    private static void AssertPlace(string where, int lines)
    {
        Property.Holds(where.StartsWith("line ", StringComparison.Ordinal), "a place is a line");
        var number = int.Parse(where.AsSpan("line ".Length), NumberStyles.None, CultureInfo.InvariantCulture);
        Property.Holds(number >= 1 && number <= lines, "a place is in the table");
    }

    private static void AssertFound(AddressBook book, string name)
    {
        if (!MailAddress.TryParse(name.StartsWith('@') ? "x" + name : name, out var address))
            return;

        foreach (var asked in new[] { address, address with { Domain = "example.org" } })
        {
            var match = book.Find(asked, accounts: null);
            Property.Equal(match, book.Find(asked, accounts: null) with { Targets = match.Targets }, "twice the same");
            Property.Holds(match.Targets.Length <= MaxTargets, "an alias leads to so many at the most");
            Property.Equal(
                match.Targets.Length, match.Targets.DistinctBy(target => target.Mailbox).Count(), "no mailbox twice");
            var isNone = match.Kind is AddressMatchKind.NotLocal or AddressMatchKind.Unknown;
            Property.Holds(!isNone || match.Targets.IsEmpty, "who is not found has no mailbox");
            var isDuty = asked is { LocalPart: "postmaster" or "abuse", Domain: "example.org" };
            Property.Holds(!isDuty || !match.Targets.IsEmpty, "postmaster and abuse are always reached");
        }
    }
}
