using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Addresses;

namespace ActorMail.Server.Configuration;

/// <summary>
/// Reads <c>actormail.addresses</c>. The table of aliases is read where it is used: most commands can do without.
/// </summary>
internal static class AddressBinder
{
    private const int MostTargets = 1_000_000;
    private const int MaxFaults = 20;
    private const string AliasesKey = "actormail.addresses.aliases";
    private const string AliasFileKey = "actormail.addresses.alias-file";
    private const string DomainAliasesKey = "actormail.addresses.domain-aliases";
    private const string PlusKey = "actormail.addresses.plus";

    public static AddressOptions Bind(
        SettingValues values, SettingsSources sources, NetworkSettings network, bool isBasic, string dataFolder)
    {
        var isAuto = values.IsAuto(AliasFileKey);
        var file = isAuto ? "" : values.Text(AliasFileKey);
        var options = new AddressOptions
        {
            Domains = network.Domains,
            DefaultDomain = network.DefaultDomain,
            IsBasic = isBasic,
            DomainAliases = DomainAliases(values, network.Domains),
            AliasFile = isAuto ? Path.Join(dataFolder, "aliases")
                : file.Length == 0 ? null
                : Path.GetFullPath(file, sources.WorkingFolder),
            IsAliasFileOptional = isAuto,
            Delimiter = Delimiter(values, network.IsOpen),
            MaxTargets = values.Number("actormail.addresses.max-targets", 1, MostTargets),
        };
        return options with { Aliases = Aliases(values, options) };
    }

    private static ImmutableArray<AliasEntry> Aliases(SettingValues values, AddressOptions options)
    {
        var entries = ImmutableArray.CreateBuilder<AliasEntry>();
        foreach (var text in values.List(AliasesKey))
        {
            if (AliasEntry.TryParse("", text, out var entry, out var fault))
                entries.Add(entry);
            else
                values.Refuse(AliasesKey, fault);
        }

        if (values.AreSound(AliasesKey, DomainAliasesKey, PlusKey, "actormail.domains", "actormail.default-domain"))
        {
            var (_, faults) = AddressBook.Make(options, entries.ToImmutable());
            foreach (var fault in faults.Take(MaxFaults))
                values.Refuse(AliasesKey, fault.ToString());
        }

        return entries.ToImmutable();
    }

    /// <summary>One step leads to a domain of ours: nobody gets lost in names of names.</summary>
    private static ImmutableArray<DomainAlias> DomainAliases(SettingValues values, ImmutableArray<string> domains)
    {
        var aliases = ImmutableArray.CreateBuilder<DomainAlias>();
        foreach (var text in values.List(DomainAliasesKey))
        {
            if (!DomainAlias.TryParse(text, out var alias))
                values.Refuse(DomainAliasesKey, $"expected two domains, {DomainAlias.Examples}; found '{text}'");
            else if (aliases.Any(it => it.Name == alias.Name && it.IsBelow == alias.IsBelow))
                values.Refuse(DomainAliasesKey, $"'{text}': the first domain is there twice");
            else
                aliases.Add(alias);
        }

        foreach (var alias in aliases)
        {
            if (domains is not ["*"] && !domains.Contains(alias.Domain.Value))
                values.Refuse(DomainAliasesKey, $"'{alias}': {alias.Domain} is not one of actormail.domains");
            else if (aliases.Any(it => !it.IsBelow && it.Name == alias.Domain))
                values.Refuse(DomainAliasesKey, $"'{alias}': {alias.Domain} is another name itself");
        }

        return aliases.ToImmutable();
    }

    private static string Delimiter(SettingValues values, bool isOpen)
    {
        if (values.IsAuto(PlusKey))
            return isOpen ? "" : "+";

        var text = values.Text(PlusKey);
        var isSign = text.Length == 1 && !char.IsLetterOrDigit(text[0]) && MailAddressParser.IsDotString(text)
            && char.IsAscii(text[0]);
        if (text.Length > 0 && !isSign)
            values.Refuse(PlusKey, $"expected one sign such as +, auto, or nothing, found '{text}'");
        return text;
    }
}
