using System.Collections.Immutable;
using System.Net;

namespace ActorMail.Server.Configuration;

/// <summary>
/// Where to listen, and for what. The ports for passwords open by themselves only beside the ports for development:
/// whoever chose ports gets those, and no others.
/// </summary>
internal sealed record ListenSettings(
    ImmutableArray<ListenEndpoint> Smtp,
    ImmutableArray<ListenEndpoint> Lmtp,
    ImmutableArray<ListenEndpoint> Submission,
    ImmutableArray<ListenEndpoint> Submissions,
    ImmutableArray<ListenEndpoint> Pop3,
    ImmutableArray<ListenEndpoint> Pop3s)
{
    private const string SmtpKey = "actormail.smtp.listen";
    private const string LmtpKey = "actormail.lmtp.listen";
    private const string SubmissionKey = "actormail.submission.listen";
    private const string SubmissionsKey = "actormail.submissions.listen";
    private const string Pop3Key = "actormail.pop3.listen";
    private const string Pop3sKey = "actormail.pop3s.listen";

    private static readonly string[] Keys = [SmtpKey, LmtpKey, SubmissionKey, SubmissionsKey, Pop3Key, Pop3sKey];

    /// <summary>All endpoints, each with its setting.</summary>
    private IEnumerable<(string Key, ListenEndpoint Endpoint)> All =>
        from listeners in Keys.Zip([Smtp, Lmtp, Submission, Submissions, Pop3, Pop3s])
        from endpoint in listeners.Second
        select (listeners.First, endpoint);

    public static ListenSettings Bind(SettingValues values, bool isBasic, bool isTlsOn)
    {
        var isStandardSmtp = !isBasic && values.IsDefault(SmtpKey);
        var isStandardPop3 = !isBasic && values.IsDefault(Pop3Key);
        return new ListenSettings(
            Read(values, SmtpKey),
            Read(values, LmtpKey, takesPaths: true),
            Read(values, SubmissionKey, isStandardSmtp ? "localhost:2587" : ""),
            Read(values, SubmissionsKey, isStandardSmtp && isTlsOn ? "localhost:2465" : ""),
            Read(values, Pop3Key),
            Read(values, Pop3sKey, isStandardPop3 && isTlsOn ? "localhost:2995" : ""));
    }

    /// <summary>
    /// One that others can reach; null if there is none, or if a list could not be read: that is reported once, and
    /// what follows from it would be guesswork.
    /// </summary>
    public ListenEndpoint? FindExposed(SettingValues values) =>
        values.AreSound(Keys) ? All.Select(one => one.Endpoint).FirstOrDefault(one => !one.IsLoopback) : null;

    public void Check(SettingValues values, bool isBasic, bool isTlsOn)
    {
        if (!All.Any() && values.AreSound(Keys))
            values.Refuse(SmtpKey, $"and {Pop3Key} are both empty: there is nothing to do");
        RefuseTwice(values);
        if (Lmtp.Any(listener => listener.Endpoint is IPEndPoint { Port: 25 }))
            values.Refuse(LmtpKey, "port 25 is for SMTP (RFC 2033 §5)");
        foreach (var (key, listeners) in Keys.Zip([Smtp, Lmtp, Submission, Submissions, Pop3, Pop3s]))
        {
            if (listeners.IsEmpty)
                continue;
            if (isBasic && key is (SubmissionKey or SubmissionsKey))
                values.Refuse(key, "does not go with profile = basic, which has no EHLO and so no AUTH");
            else if (isBasic && key is LmtpKey)
                values.Refuse(key, "does not go with profile = basic, which knows SMTP only");
            else if (!isTlsOn && key is (SubmissionsKey or Pop3sKey))
                values.Refuse(key, $"needs TLS, which is off; see {TlsBinder.ModeKey}");
        }
    }

    private void RefuseTwice(SettingValues values)
    {
        var taken = new Dictionary<string, string>();
        foreach (var (key, listener) in All)
        {
            if (!listener.IsAnyPort && !taken.TryAdd(listener.ToString(), key))
                values.Refuse(key, $"{listener} is already taken by {taken[listener.ToString()]}");
        }
    }

    /// <param name="takesPaths">Unix sockets may be among them.</param>
    private static ImmutableArray<ListenEndpoint> Read(
        SettingValues values, string key, string? automatic = null, bool takesPaths = false)
    {
        if (automatic is not null && values.IsAuto(key))
            return ListenEndpoint.TryParse(automatic, out var standard) ? standard : [];

        var listeners = ImmutableArray.CreateBuilder<ListenEndpoint>();
        foreach (var text in values.List(key))
        {
            var examples = takesPaths ? ListenEndpoint.PathExamples : ListenEndpoint.Examples;
            if (!ListenEndpoint.TryParseWithPath(text, out var endpoints, out var fault))
                values.Refuse(key, fault ?? $"expected address:port, {examples}; found '{text}'");
            else if (!takesPaths && endpoints.Any(endpoint => endpoint.Path is not null))
                values.Refuse(key, $"takes no Unix socket, only address:port, {examples}; found '{text}'");
            listeners.AddRange(endpoints);
        }

        return listeners.ToImmutable();
    }
}
