using System.Net;
using ActorMail.Actors.Net;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Policy;

/// <summary>
/// Asks DNS lists about clients (RFC 5782), all lists of one client at once, few clients at a time, and each question
/// once however many ask it. Whoever cannot be asked, or answers late, lets the client pass: mail must not stand still
/// because of somebody else's name server.
/// </summary>
/// <param name="exempt">Clients that nobody is asked about.</param>
/// <param name="query">Finds the addresses of a name; fails if nobody can say.</param>
public sealed class DnsListActor(
    DnsListOptions options, NetworkSet exempt, Func<string, Task<DnsAnswer>> query, TimeProvider time)
    : UntypedActor, IWithTimers
{
    /// <summary>A name server that fails is asked again about the same client after this time.</summary>
    private static readonly TimeSpan FailureTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan WarningInterval = TimeSpan.FromMinutes(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<IPAddress, ListCheck> _checks = [];
    private readonly Queue<ListCheck> _waiting = new();
    private readonly ListingCache _cache = new(options.MaxCached, time);
    private int _running;
    private long? _warnedAt;

    private interface ISignal : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DnsListProtocol.CheckClient(var client):
                Check(ClientNetwork.Plain(client));
                break;
            case Answered(var question, var answer) when !question.Check.IsOver:
                Hear(question, answer);
                break;
            case Failed(var question, var reason) when !question.Check.IsOver:
                Miss(question, reason);
                break;
            case TimedOut(var check) when !check.IsOver:
                Warn($"no answer about {check.Client} in time");
                check.GiveUp();
                Finish(check);
                break;
            case ISignal:
                // The client passed meanwhile.
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Check(IPAddress client)
    {
        if (options.BlockLists.IsEmpty || exempt.Contains(client) || options.Allow.Contains(client))
        {
            Sender.Tell(new DnsListProtocol.ClientChecked(client, null));
        }
        else if (_cache.TryFind(client, out var known))
        {
            Sender.Tell(new DnsListProtocol.ClientChecked(client, known));
        }
        else if (_checks.TryGetValue(client, out var check))
        {
            check.Askers.Add(Sender);
        }
        else
        {
            check = new ListCheck(client, options, time.GetTimestamp());
            check.Askers.Add(Sender);
            _checks.Add(client, check);
            _waiting.Enqueue(check);
            BeginNext();
        }
    }

    private void BeginNext()
    {
        while (_running < options.MaxLookups && _waiting.TryDequeue(out var check))
        {
            _running++;
            if (time.GetElapsedTime(check.StartedAt) < options.Timeout)
            {
                Begin(check);
                continue;
            }

            Warn($"too many clients wait to be asked about, such as {check.Client}");
            check.GiveUp();
            End(check);
        }
    }

    private void Begin(ListCheck check)
    {
        Timers.StartSingleTimer(check, new TimedOut(check), options.Timeout);
        foreach (var list in options.AllowLists)
            Ask(new Question(check, list, IsAllowList: true));
        foreach (var list in options.BlockLists)
            Ask(new Question(check, list, IsAllowList: false));
    }

    private void Ask(Question question) => query(question.List.NameOf(question.Check.Client)).PipeTo(
        Self,
        success: answer => new Answered(question, answer),
        failure: fault => new Failed(question, fault.Message));

    private void Hear(Question question, DnsAnswer answer)
    {
        var counted = answer.Addresses.FirstOrDefault(question.List.Counts);
        if (counted is null && answer.Addresses.FirstOrDefault(IsNoAnswer) is { } code)
        {
            Miss(question, $"the answer was {code}, by which a list says that it does not answer");
            return;
        }

        question.Check.Hear(question.List, question.IsAllowList, counted, answer.TimeToLive);
        if (question.Check.IsDecided)
            Finish(question.Check);
    }

    private void Miss(Question question, string reason)
    {
        Warn($"{question.List}: {reason}");
        question.Check.Miss(question.IsAllowList);
        if (question.Check.IsDecided)
            Finish(question.Check);
    }

    private void Finish(ListCheck check)
    {
        End(check);
        BeginNext();
    }

    private void End(ListCheck check)
    {
        check.IsOver = true;
        _running--;
        Timers.Cancel(check);
        _checks.Remove(check.Client);
        var lifetime = check.HasFailed && FailureTime < check.TimeToLive ? FailureTime : check.TimeToLive;
        _cache.Keep(check.Client, check.Verdict, lifetime);
        foreach (var asker in check.Askers)
            asker.Tell(new DnsListProtocol.ClientChecked(check.Client, check.Verdict));
    }

    /// <summary>Once in a while: a name server that is gone would fill the log.</summary>
    private void Warn(string reason)
    {
        if (_warnedAt is { } before && time.GetElapsedTime(before) < WarningInterval)
            return;

        _warnedAt = time.GetTimestamp();
        _log.Warning("A DNS list does not answer, and its clients pass: {Reason}", reason);
    }

    /// <summary>
    /// Lists say by 127.255.255.0/24 that the question was wrong or came from where they do not answer; an address of
    /// another kind is that of somebody who answers for a list that is no more (RFC 5782 §2.1).
    /// </summary>
    private static bool IsNoAnswer(IPAddress address) =>
        address.GetAddressBytes() is [127, 255, 255, _] or not [127, _, _, _];

    /// <summary>What is asked of one list.</summary>
    private sealed record Question(ListCheck Check, DnsList List, bool IsAllowList);

    private sealed record Answered(Question Question, DnsAnswer Answer) : ISignal;

    private sealed record Failed(Question Question, string Reason) : ISignal;

    private sealed record TimedOut(ListCheck Check) : ISignal;
}
