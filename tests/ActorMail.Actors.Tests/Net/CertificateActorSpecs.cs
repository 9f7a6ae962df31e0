using System.Collections.Immutable;
using ActorMail.Actors.Net;
using ActorMail.Storage.Certificates;
using ActorMail.Tests;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Net;

/// <summary>Real files, and a clock that goes when a test says so.</summary>
public sealed class CertificateActorSpecs : TestKit
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("actormail-certificates-").FullName;
    private readonly TestProbe _heard;
    private readonly CertificateFile _first;
    private readonly CertificateFile _second;

    public CertificateActorSpecs(ITestOutputHelper output)
        : base(VirtualTime.Config + "\nakka.test.single-expect-default = 20s", output: output)
    {
        _heard = CreateTestProbe();
        Sys.EventStream.Subscribe(_heard, typeof(Info));
        Sys.EventStream.Subscribe(_heard, typeof(Warning));
        (_first, _second) = (FileOf("first"), FileOf("second"));
        Write(_first, TestCertificates.Issue("first.example.org"));
        Write(_second, TestCertificates.Issue("second.example.org"));
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void It_should_publish_all_certificates_at_its_start_in_their_order()
    {
        var (_, said) = Start(_second, _first);

        Assert.Equal(["second.example.org", "first.example.org"], Published());
        Assert.Equal(2, said.Length);
        Assert.Matches(
            $"^INFO Certificate {_second.CertificatePath} for second.example.org, until 2120-01-01, "
                + "SHA-256 [0-9A-F:]+$",
            said[0]);
    }

    [Fact]
    public void It_should_publish_the_new_set_when_one_pair_was_replaced_and_nothing_while_none_was()
    {
        var (actor, _) = Start(_first, _second);
        Published();
        Assert.Empty(LookAgain(actor));
        Assert.Empty(LookAgain(actor));
        ExpectNothingPublished();

        Write(_second, TestCertificates.Issue("renewed.example.org"));
        Assert.Contains(" for renewed.example.org, until ", Assert.Single(LookAgain(actor)));

        Assert.Equal(["first.example.org", "renewed.example.org"], Published());
    }

    [Fact]
    public void A_broken_new_pair_should_leave_the_old_one_and_be_complained_about_once()
    {
        var (actor, _) = Start(_first);
        Published();

        File.WriteAllText(_first.CertificatePath, "no certificate");
        Assert.Empty(LookAgain(actor));
        Assert.Equal(
            ["WARNING A new certificate cannot be used, and the one before stays in use: "
                + $"{_first.CertificatePath}: there is no certificate in PEM in it"],
            LookAgain(actor));
        Assert.Empty(LookAgain(actor));
        Assert.Empty(LookAgain(actor));

        // Another change is another complaint.
        File.WriteAllText(_first.CertificatePath, "still none");
        Assert.Empty(LookAgain(actor));
        Assert.Single(LookAgain(actor));
        ExpectNothingPublished();
        Write(_first, TestCertificates.Issue("mended.example.org"));
        Assert.Single(LookAgain(actor));
        Assert.Equal(["mended.example.org"], Published());
    }

    [Fact]
    public void A_half_written_pair_should_be_tried_again_before_anything_is_said()
    {
        var (actor, _) = Start(_first, _second);
        Published();
        var (chain, key) = TestCertificates.Issue("renewed.example.org");

        File.WriteAllText(_first.CertificatePath, chain);
        Assert.Empty(LookAgain(actor));
        ExpectNothingPublished();
        File.WriteAllText(_first.KeyPath, key);
        Assert.StartsWith("INFO", Assert.Single(LookAgain(actor)));

        Assert.Equal(["renewed.example.org", "second.example.org"], Published());
    }

    [Fact]
    public void One_broken_pair_should_not_keep_another_from_being_renewed()
    {
        var (actor, _) = Start(_first, _second);
        Published();

        File.Delete(_first.KeyPath);
        Write(_second, TestCertificates.Issue("renewed.example.org"));
        LookAgain(actor);

        Assert.Equal(["first.example.org", "renewed.example.org"], Published());
    }

    [Fact]
    public void The_old_pair_put_back_should_end_the_doubt_and_a_complaint()
    {
        var (actor, _) = Start(_first);
        Published();
        var key = File.ReadAllText(_first.KeyPath);

        File.WriteAllText(_first.KeyPath, "");
        Assert.Empty(LookAgain(actor));
        File.WriteAllText(_first.KeyPath, key);
        Assert.Empty(LookAgain(actor));

        // So that this is seen for the first time, too.
        File.WriteAllText(_first.KeyPath, "");
        Assert.Empty(LookAgain(actor));
        Assert.EndsWith("there is no private key in PEM in it", Assert.Single(LookAgain(actor)));
        ExpectNothingPublished();
        File.WriteAllText(_first.KeyPath, key);
        Assert.StartsWith("INFO", Assert.Single(LookAgain(actor)));
        Assert.Equal(["first.example.org"], Published());
    }

    [Fact]
    public void A_set_with_a_pair_that_was_never_read_should_not_be_published()
    {
        File.Delete(_second.KeyPath);
        var (actor, _) = Start(_first, _second);

        Assert.StartsWith("WARNING A certificate cannot be used: ", Assert.Single(LookAgain(actor)));
        ExpectNothingPublished();
        Write(_second, TestCertificates.Issue("mended.example.org"));
        LookAgain(actor);

        Assert.Equal(["first.example.org", "mended.example.org"], Published());
    }

    [Fact]
    public void A_certificate_that_ends_within_two_weeks_should_be_warned_of_once_a_day()
    {
        var end = Begin.AddDays(14).AddHours(7);
        Write(_first, TestCertificates.IssueUntil(end.AddDays(-90), end, "first.example.org"));
        var (actor, said) = Start(_first);
        Assert.Single(said);

        var warnings = new List<string[]>();
        for (var hours = 6; hours <= 48; hours += 6)
        {
            Scheduler.Advance(TimeSpan.FromHours(6) - Interval);
            warnings.Add(Settle(actor));
            warnings[^1] = [.. warnings[^1], .. LookAgain(actor)];
        }

        var warning = $"WARNING Certificate {_first.CertificatePath} ends on 2026-12-08 and was not renewed yet";
        Assert.Equal([0, 1, 0, 0, 0, 1, 0, 0], warnings.Select(some => some.Length));
        Assert.Equal([warning, warning], warnings.SelectMany(some => some));

        Write(_first, TestCertificates.Issue("first.example.org"));
        Assert.StartsWith("INFO", Assert.Single(LookAgain(actor)));
        Scheduler.Advance(TimeSpan.FromDays(2));
        Assert.Empty(Settle(actor));
    }

    [Fact]
    public void A_certificate_that_has_ended_should_be_used_all_the_same_and_warned_of()
    {
        var end = Begin.AddMinutes(-5);
        Write(_first, TestCertificates.IssueUntil(end.AddDays(-90), end, "first.example.org"));

        var (_, said) = Start(_first);

        Assert.Equal(
            $"WARNING Certificate {_first.CertificatePath}: clients refuse it, for it ended on 2026-11-24 09:55 UTC",
            said[^1]);
        Assert.Equal(["first.example.org"], Published());
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Write(CertificateFile file, (string Chain, string Key) pair)
    {
        File.WriteAllText(file.CertificatePath, pair.Chain);
        File.WriteAllText(file.KeyPath, pair.Key);
    }

    private CertificateFile FileOf(string name) =>
        new(Path.Join(_folder, $"{name}.pem"), Path.Join(_folder, $"{name}.key"));

    /// <summary>The first names of the set that was given on.</summary>
    private string[] Published() =>
        [.. ExpectMsg<ImmutableArray<LoadedCertificate>>().Select(certificate => certificate.Names[0])];

    private void ExpectNothingPublished() => Assert.False(HasMessages);

    /// <summary>Also what it said in its first look.</summary>
    private (IActorRef Actor, string[] Said) Start(params CertificateFile[] files)
    {
        var (publish, set) = (TestActor, files.ToImmutableArray());
        var time = new ObservedTime(Scheduler, _heard);
        var actor = Sys.ActorOf(ActorProducer.PropsOf(
            () => new CertificateActor(set, certificates => publish.Tell(certificates), Interval, time)));
        return (actor, Settle(actor));
    }

    private string[] LookAgain(IActorRef actor)
    {
        Scheduler.Advance(Interval);
        return Settle(actor);
    }

    /// <summary>What was logged until the look that is under way was over.</summary>
    private string[] Settle(IActorRef actor)
    {
        var said = new List<string>();
        Gather<LookedAt>();
        actor.Tell(new Identify(this), _heard);
        Gather<ActorIdentity>();
        return [.. said];

        void Gather<TEnd>()
        {
            while (_heard.ReceiveOne(TimeSpan.FromSeconds(20)) is { } heard and not TEnd)
            {
                if (heard is LogEvent log && log.LogSource.Contains(actor.Path.ToString(), StringComparison.Ordinal))
                    said.Add($"{(log is Warning ? "WARNING" : "INFO")} {log.Message}");
            }
        }
    }

    private sealed record LookedAt;

    /// <summary>The actor asks for the time when it has taken what it saw.</summary>
    private sealed class ObservedTime(ITimeProvider scheduler, IActorRef observer) : TimeProvider
    {
        private readonly DateTimeOffset _start = scheduler.Now;

        public override DateTimeOffset GetUtcNow()
        {
            observer.Tell(new LookedAt());
            return Begin + (scheduler.Now - _start);
        }
    }
}
