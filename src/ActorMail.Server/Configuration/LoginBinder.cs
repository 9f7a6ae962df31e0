using System.Collections.Immutable;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Smtp;
using ActorMail.Protocols.Sasl;
using ActorMail.Protocols.Wire;

namespace ActorMail.Server.Configuration;

/// <summary>Reads who may log in how, and what he may then send: <c>actormail.auth</c> and <c>submission</c>.</summary>
internal static class LoginBinder
{
    private const int Million = 1_000_000;
    private const string MechanismsKey = "actormail.auth.mechanisms";
    private const string ExtraSendersKey = "actormail.submission.extra-senders";

    public static AuthOptions Auth(SettingValues values, bool isBasic, bool isTlsOn) => new()
    {
        MaxConcurrentHashes = values.Number("actormail.auth.max-concurrent-hashes", 1, 256),
        MaxWaiting = values.Number("actormail.auth.max-waiting", 1, Million),
        FailureDelay = values.Duration("actormail.auth.failure-delay", TimeSpan.Zero, TimeSpan.FromSeconds(30)),
        AllowPlaintext = values.Choice(
            "actormail.auth.allow-plaintext",
            ("auto", isBasic || !isTlsOn ? PlaintextLogins.Everywhere : PlaintextLogins.Loopback),
            ("on", PlaintextLogins.Everywhere),
            ("off", PlaintextLogins.Nowhere)),
        Mechanisms = Mechanisms(values),
        // RFC 7677 §4 asks for 4,096 at least.
        ScramIterations = values.Number(
            "actormail.auth.scram-iterations", ScramKeys.MinIterations, ScramKeys.MaxIterations),
    };

    public static SubmissionOptions Submission(SettingValues values, bool isOpen, string? defaultDomain) => new()
    {
        RequireTls = values.Flag("actormail.submission.require-tls"),
        ChecksSenders = values.Choice(
            "actormail.submission.check-senders", ("auto", !isOpen), ("on", true), ("off", false)),
        ExtraSenders = ExtraSenders(values, defaultDomain),
        AllowsAliases = values.Flag("actormail.submission.alias-senders"),
        MaxHeaderSize = (int)values.Size("actormail.submission.max-header-size", 4_096, 16L << 20),
    };

    private static ImmutableArray<string> Mechanisms(SettingValues values)
    {
        var known = new AuthOptions().Mechanisms;
        var names = values.List(MechanismsKey).Select(name => name.ToUpperInvariant()).Distinct().ToImmutableArray();
        foreach (var unknown in names.Where(name => !known.Contains(name)))
        {
            var meant = Suggestion.Find(unknown, known.Select(name => name.ToLowerInvariant()))?.ToUpperInvariant();
            values.Refuse(
                MechanismsKey,
                $"'{unknown}' is not known; {(meant is null ? "" : $"did you mean {meant}? ")}"
                + $"there are {string.Join(", ", known)}");
        }

        return names;
    }

    private static ImmutableArray<ExtraSender> ExtraSenders(SettingValues values, string? defaultDomain)
    {
        var extras = ImmutableArray.CreateBuilder<ExtraSender>();
        foreach (var text in values.List(ExtraSendersKey))
        {
            if (ExtraSender.TryParse(text, defaultDomain, out var extra))
            {
                extras.Add(extra);
            }
            else
            {
                values.Refuse(
                    ExtraSendersKey, $"expected an account and an address, {ExtraSender.Examples}; found '{text}'");
            }
        }

        return extras.ToImmutable();
    }
}
