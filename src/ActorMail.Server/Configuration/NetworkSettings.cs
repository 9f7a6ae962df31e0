using System.Collections.Immutable;
using System.Text;
using ActorMail.Protocols.Mail;

namespace ActorMail.Server.Configuration;

/// <summary>
/// The settings that depend on who can reach the listeners: names, domains, and whether any password will do. On
/// loopback a developer needs to set nothing; anywhere else nothing stays open by default.
/// </summary>
internal sealed record NetworkSettings(
    ImmutableArray<ListenEndpoint> SmtpListeners,
    ImmutableArray<ListenEndpoint> Pop3Listeners,
    string Hostname,
    ImmutableArray<string> Domains,
    string DefaultDomain,
    bool IsOpen)
{
    public const string AllowKey = "actormail.accounts.allow-open-network";

    private const string SmtpKey = "actormail.smtp.listen";
    private const string Pop3Key = "actormail.pop3.listen";
    private const string HostnameKey = "actormail.hostname";
    private const string DomainsKey = "actormail.domains";
    private const string DefaultDomainKey = "actormail.default-domain";
    private const string ModeKey = "actormail.accounts.mode";

    public static NetworkSettings Bind(SettingValues values, SettingsSources sources, bool checksRules)
    {
        var (smtp, pop3) = (BindListeners(values, SmtpKey), BindListeners(values, Pop3Key));
        var open = smtp.Concat(pop3).FirstOrDefault(listener => !listener.IsLoopback);
        // A list that could not be read is reported once; what follows from it would be guesswork.
        var exposed = values.AreSound(SmtpKey, Pop3Key) && checksRules ? open : null;
        var hostname = BindHostname(values, sources);
        var domains = BindDomains(values, exposed);
        var mode = values.Choice(
            ModeKey, ("auto", exposed is null), ("open", true), ("file", false));
        var isAllowed = values.Flag(AllowKey);
        if (exposed is not null)
            GuardNetwork(values, exposed, mode, isAllowed, domains);
        if (checksRules)
            RefuseTwice(values, smtp, pop3);
        return new NetworkSettings(
            smtp, pop3, hostname, domains, BindDefaultDomain(values, domains, hostname), mode);
    }

    private static ImmutableArray<ListenEndpoint> BindListeners(SettingValues values, string key)
    {
        var listeners = ImmutableArray.CreateBuilder<ListenEndpoint>();
        foreach (var text in values.List(key))
        {
            if (!ListenEndpoint.TryParse(text, out var endpoints))
                values.Refuse(key, $"expected address:port, {ListenEndpoint.Examples}; found '{text}'");
            listeners.AddRange(endpoints);
        }

        return listeners.ToImmutable();
    }

    private static string BindHostname(SettingValues values, SettingsSources sources)
    {
        if (values.IsAuto(HostnameKey))
            return IsDomain(sources.MachineName) ? sources.MachineName : "localhost";

        var name = values.Text(HostnameKey);
        if (values.AreSound(HostnameKey) && !MailAddressParser.IsDomainOrLiteral(Encoding.UTF8.GetBytes(name)))
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

        var domains = values.List(DomainsKey).Select(domain => domain.ToLowerInvariant()).Distinct().ToImmutableArray();
        if (domains.IsEmpty)
            values.Refuse(DomainsKey, "is empty: no mail would be taken at all");
        foreach (var domain in domains.Where(domain => domain != "*"))
        {
            if (!MailAddressParser.IsDomainOrLiteral(Encoding.UTF8.GetBytes(domain)))
                values.Refuse(DomainsKey, $"expected a domain such as example.org, found '{domain}'");
        }

        if (domains.Length > 1 && domains.Contains("*"))
            values.Refuse(DomainsKey, "\"*\" takes every domain and stands alone");
        return domains;
    }

    private static string BindDefaultDomain(SettingValues values, ImmutableArray<string> domains, string hostname)
    {
        var first = domains is ["*"] or [] ? hostname : domains[0];
        if (values.IsAuto(DefaultDomainKey))
            return first;

        var domain = values.Text(DefaultDomainKey).ToLowerInvariant();
        if (!MailAddressParser.IsDomainOrLiteral(Encoding.UTF8.GetBytes(domain)))
            values.Refuse(DefaultDomainKey, $"expected a domain such as example.org, or auto, found '{domain}'");
        else if (values.AreSound(DomainsKey) && domains is not ["*"] && !domains.Contains(domain))
            values.Refuse(DefaultDomainKey, $"'{domain}' is not one of {DomainsKey}: its mail would be refused");
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

    private static void RefuseTwice(
        SettingValues values, ImmutableArray<ListenEndpoint> smtp, ImmutableArray<ListenEndpoint> pop3)
    {
        if (smtp.IsEmpty && pop3.IsEmpty && values.AreSound(SmtpKey, Pop3Key))
            values.Refuse(SmtpKey, "and actormail.pop3.listen are both empty: there is nothing to do");

        var taken = new Dictionary<System.Net.IPEndPoint, string>();
        foreach (var (key, listener) in smtp.Select(one => (SmtpKey, one)).Concat(pop3.Select(one => (Pop3Key, one))))
        {
            // Port 0 takes another free port each time.
            if (listener.Endpoint.Port != 0 && !taken.TryAdd(listener.Endpoint, key))
                values.Refuse(key, $"{listener} is already taken by {taken[listener.Endpoint]}");
        }
    }

    private static bool IsDomain(string text) => MailAddressParser.IsDomain(Encoding.UTF8.GetBytes(text));
}
