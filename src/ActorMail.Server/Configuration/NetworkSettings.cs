using System.Collections.Immutable;
using System.Text;
using ActorMail.Protocols.Mail;

namespace ActorMail.Server.Configuration;

/// <summary>
/// The settings that depend on who can reach the listeners: names, domains, and whether any password will do. On
/// loopback a developer needs to set nothing; anywhere else nothing stays open by default.
/// </summary>
internal sealed record NetworkSettings(
    ListenSettings Listeners,
    string Hostname,
    ImmutableArray<string> Domains,
    string DefaultDomain,
    bool IsOpen)
{
    public const string AllowKey = "actormail.accounts.allow-open-network";

    private const string HostnameKey = "actormail.hostname";
    private const string DomainsKey = "actormail.domains";
    private const string DefaultDomainKey = "actormail.default-domain";
    private const string ModeKey = "actormail.accounts.mode";

    public static NetworkSettings Bind(
        SettingValues values, SettingsSources sources, ListenSettings listeners, bool checksRules)
    {
        var exposed = checksRules ? listeners.FindExposed(values) : null;
        var hostname = BindHostname(values, sources);
        var domains = BindDomains(values, exposed);
        var mode = values.Choice(
            ModeKey, ("auto", exposed is null), ("open", true), ("file", false));
        var isAllowed = values.Flag(AllowKey);
        if (exposed is not null)
            GuardNetwork(values, exposed, mode, isAllowed, domains);
        return new NetworkSettings(listeners, hostname, domains, BindDefaultDomain(values, domains, hostname), mode);
    }

    private static string BindHostname(SettingValues values, SettingsSources sources)
    {
        if (values.IsAuto(HostnameKey))
            return IsDomain(sources.MachineName) ? sources.MachineName : "localhost";

        var name = values.Text(HostnameKey);
        if (DomainName.TryParse(name, out var domain))
            return Ascii.IsValid(name) ? name : domain.Value;
        if (values.AreSound(HostnameKey))
            values.Refuse(HostnameKey, $"expected a domain such as mail.example.org, or auto, found '{name}'");
        return name;
    }

    private static ImmutableArray<string> BindDomains(SettingValues values, ListenEndpoint? exposed)
    {
        if (values.IsAuto(DomainsKey))
        {
            if (exposed is not null)
                values.Refuse(DomainsKey, $"must name the domains to take mail for: {exposed} is not on loopback");
            return ["*"];
        }

        var given = values.List(DomainsKey);
        if (given.IsEmpty)
            values.Refuse(DomainsKey, "is empty: no mail would be taken at all");
        foreach (var text in given.Where(text => text != "*" && !DomainName.TryParse(text, out _)))
            values.Refuse(DomainsKey, $"expected a domain such as example.org, found '{text}'");

        var domains = given.Select(Normalize).Distinct().ToImmutableArray();

        if (domains.Length > 1 && domains.Contains("*"))
            values.Refuse(DomainsKey, "\"*\" takes every domain and stands alone");
        return domains;
    }

    private static string BindDefaultDomain(SettingValues values, ImmutableArray<string> domains, string hostname)
    {
        var first = domains is ["*"] or [] ? hostname : domains[0];
        if (values.IsAuto(DefaultDomainKey))
            return first;

        var text = values.Text(DefaultDomainKey);
        var domain = Normalize(text);
        if (!DomainName.TryParse(text, out _))
            values.Refuse(DefaultDomainKey, $"expected a domain such as example.org, or auto, found '{text}'");
        else if (values.AreSound(DomainsKey) && domains is not ["*"] && !domains.Contains(domain))
            values.Refuse(DefaultDomainKey, $"'{text}' is not one of {DomainsKey}: its mail would be refused");
        return domain;
    }

    private static void GuardNetwork(
        SettingValues values, ListenEndpoint exposed, bool isOpen, bool isAllowed, ImmutableArray<string> domains)
    {
        if (isOpen)
            Guard(ModeKey, $"open lets anybody who reaches {exposed} read every mailbox with any password");
        if (!values.IsAuto(DomainsKey) && domains is ["*"])
            Guard(DomainsKey, $"\"*\" lets anybody who reaches {exposed} fill the disk with mail for any address");

        void Guard(string key, string danger)
        {
            if (isAllowed)
                values.Warn(key, $"{danger}; permitted by {AllowKey}");
            else
                values.Refuse(key, $"{danger}; if that is meant, set {AllowKey} = on");
        }
    }

    /// <summary>U-labels and A-labels are one domain; what is none has been reported.</summary>
    private static string Normalize(string text) =>
        DomainName.TryParse(text, out var domain) ? domain.Value : text.ToLowerInvariant();

    private static bool IsDomain(string text) => MailAddressParser.IsDomain(Encoding.UTF8.GetBytes(text));
}
