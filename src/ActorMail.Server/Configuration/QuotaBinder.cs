using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorMail.Actors.Mailboxes;
using ActorMail.Protocols.Mail;

namespace ActorMail.Server.Configuration;

/// <summary>Reads <c>actormail.quota</c>.</summary>
internal static class QuotaBinder
{
    private const int MostMessages = 1_000_000_000;
    private const long MostOctets = 1L << 60;
    private const string DomainsKey = "actormail.quota.domains";

    public static QuotaOptions Bind(SettingValues values, ImmutableArray<string> domains) => new()
    {
        Account = new QuotaLimit(
            values.Size("actormail.quota.account-size", 0, MostOctets),
            values.Number("actormail.quota.account-messages", 0, MostMessages)),
        Domains = Domains(values, domains),
    };

    private static ImmutableArray<DomainQuota> Domains(SettingValues values, ImmutableArray<string> domains)
    {
        var quotas = ImmutableArray.CreateBuilder<DomainQuota>();
        foreach (var text in values.List(DomainsKey))
        {
            if (!TryParse(text, out var quota))
            {
                values.Refuse(
                    DomainsKey,
                    "expected a domain, a size and perhaps a number of messages, such as \"example.org 10GiB 100000\"; "
                    + $"found '{text}'");
            }
            else if (quotas.Any(other => other.Domain == quota.Domain))
            {
                values.Refuse(DomainsKey, $"'{text}': {quota.Domain} is there twice");
            }
            else if (domains is not ["*"] && !domains.Contains(quota.Domain.Value))
            {
                values.Refuse(DomainsKey, $"'{text}': {quota.Domain} is not one of actormail.domains");
            }
            else
            {
                quotas.Add(quota);
            }
        }

        return quotas.ToImmutable();
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out DomainQuota? quota)
    {
        quota = null;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var messages = 0;
        if (words.Length is not (2 or 3) || !DomainName.TryParse(words[0], out var domain)
            || !Units.TryParseSize(words[1], out var octets) || octets > MostOctets
            || (words.Length == 3
                && !int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out messages)))
        {
            return false;
        }

        quota = new DomainQuota(domain, new QuotaLimit(octets, messages));
        return true;
    }
}
