using System.Collections.Immutable;
using System.Globalization;
using ActorMail.Storage.Certificates;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Net;

/// <summary>
/// Reads certificates again when their files have changed, so that a renewal needs no restart. A new pair that is
/// broken leaves the one before in use: at first silently, for it may be half written, and if it still is at the next
/// look with a warning. Says once a day which certificates end soon.
/// </summary>
/// <param name="publish">Takes all certificates in the order of the files, whenever one has changed.</param>
public sealed class CertificateActor(
    ImmutableArray<CertificateFile> files,
    Action<ImmutableArray<LoadedCertificate>> publish,
    TimeSpan interval,
    TimeProvider time) : UntypedActor, IWithTimers
{
    /// <summary>Before the end of a certificate; an ACME client renews it twice as long before.</summary>
    public static readonly TimeSpan WarningTime = TimeSpan.FromDays(14);

    private static readonly TimeSpan WarningInterval = TimeSpan.FromDays(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ImmutableArray<Watched> _watched = [.. files.Select(file => new Watched(file))];

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Look();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LookAgain:
                Look();
                break;

            case Looked(var sights):
                Take(sights);
                Timers.StartSingleTimer(LookAgain.Instance, LookAgain.Instance, interval);
                break;

            case LookFailed(var cause):
                _log.Error(cause, "The certificates could not be looked at");
                Timers.StartSingleTimer(LookAgain.Instance, LookAgain.Instance, interval);
                break;

            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>On another thread: the files may be on a disk that makes one wait.</summary>
    private void Look()
    {
        var known = _watched.Select(watched => (watched.File, watched.SettledStamp)).ToImmutableArray();
        Task.Run(() => See(known)).PipeTo(
            Self, success: sights => new Looked(sights), failure: cause => new LookFailed(cause));
    }

    private static ImmutableArray<Sight> See(ImmutableArray<(CertificateFile File, string SettledStamp)> known) =>
        [.. known.Select(one => See(one.File, one.SettledStamp))];

    private static Sight See(CertificateFile file, string settledStamp)
    {
        // Before the loading: what is written meanwhile is seen at the next look.
        var stamp = file.Stamp();
        if (stamp == settledStamp)
            return new Sight(stamp);

        try
        {
            return new Sight(stamp, file.Load());
        }
        catch (CertificateException fault)
        {
            return new Sight(stamp, Fault: fault.Message);
        }
    }

    private void Take(ImmutableArray<Sight> sights)
    {
        foreach (var (watched, sight) in _watched.Zip(sights))
        {
            if (sight.Certificate is { } certificate)
                Take(watched, certificate, sight.Stamp);
            else if (sight.Fault is { } fault)
                Refuse(watched, fault, sight.Stamp);
            else
                watched.IsSuspect = false;
        }

        // A new key may belong to the same certificate, so whatever was read is given on. Until each file has been read
        // once, the ones that the server was started with are more.
        if (sights.Any(sight => sight.Certificate is not null) && _watched.All(watched => watched.Current is not null))
            publish([.. _watched.Select(watched => watched.Current!)]);
        var now = time.GetUtcNow();
        foreach (var watched in _watched)
            WarnOfEnd(watched, now);
    }

    private void Take(Watched watched, LoadedCertificate certificate, string stamp)
    {
        var isSame = watched.Current?.Fingerprint == certificate.Fingerprint;
        if (!isSame || watched.IsRefused)
        {
            _log.Info(
                "Certificate {File} for {Names}, until {End}, SHA-256 {Fingerprint}",
                watched.File.CertificatePath,
                string.Join(", ", certificate.Names),
                Day(certificate.NotAfter),
                certificate.Fingerprint);
        }

        if (!isSame)
            watched.WarnedAt = null;
        (watched.SettledStamp, watched.IsSuspect, watched.IsRefused) = (stamp, false, false);
        watched.Current = certificate;
    }

    private void Refuse(Watched watched, string fault, string stamp)
    {
        if (!watched.IsSuspect)
        {
            watched.IsSuspect = true;
            return;
        }

        (watched.SettledStamp, watched.IsSuspect, watched.IsRefused) = (stamp, false, true);
        _log.Warning(
            watched.Current is null
                ? "A certificate cannot be used: {Fault}"
                : "A new certificate cannot be used, and the one before stays in use: {Fault}",
            fault);
    }

    private void WarnOfEnd(Watched watched, DateTimeOffset now)
    {
        if (watched.Current is not { } certificate || now - watched.WarnedAt < WarningInterval)
            return;

        var file = watched.File.CertificatePath;
        if (certificate.FaultAt(now) is { } fault)
        {
            _log.Warning("Certificate {File}: clients refuse it, for {Fault}", file, fault);
            watched.WarnedAt = now;
        }
        else if (certificate.NotAfter - now < WarningTime)
        {
            _log.Warning("Certificate {File} ends on {End} and was not renewed yet", file, Day(certificate.NotAfter));
            watched.WarnedAt = now;
        }
    }

    private static string Day(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>What is known of one pair of files.</summary>
    private sealed class Watched(CertificateFile file)
    {
        public CertificateFile File => file;

        /// <summary>Of the files that were loaded or complained about; empty before.</summary>
        public string SettledStamp { get; set; } = "";

        /// <summary>The files were broken when they were looked at last, and nothing was said of it yet.</summary>
        public bool IsSuspect { get; set; }

        /// <summary>The files that are there now were complained about.</summary>
        public bool IsRefused { get; set; }

        public LoadedCertificate? Current { get; set; }

        public DateTimeOffset? WarnedAt { get; set; }
    }

    /// <summary>What one pair of files looked like; without a certificate and a fault it is as it was.</summary>
    private sealed record Sight(string Stamp, LoadedCertificate? Certificate = null, string? Fault = null);

    private sealed record LookAgain : INoSerializationVerificationNeeded
    {
        public static readonly LookAgain Instance = new();
    }

    private sealed record Looked(ImmutableArray<Sight> Sights)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record LookFailed(Exception Cause) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
