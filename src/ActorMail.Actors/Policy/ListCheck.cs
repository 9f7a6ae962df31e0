using System.Net;
using Akka.Actor;

namespace ActorMail.Actors.Policy;

/// <summary>The lists that are asked about one client, and what they have said so far.</summary>
internal sealed class ListCheck(IPAddress client, DnsListOptions options, long startedAt)
{
    private int _blockListsToHear = options.BlockLists.Length;
    private int _allowListsToHear = options.AllowLists.Length;
    private bool _isAllowed;
    private bool _isAllowListSilent;
    private Listing? _listing;

    public IPAddress Client => client;

    public long StartedAt => startedAt;

    /// <summary>Who wants to know.</summary>
    public List<IActorRef> Askers { get; } = [];

    public bool IsOver { get; set; }

    /// <summary>A list did not answer, or not in time.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>For which all that was answered holds.</summary>
    public TimeSpan TimeToLive { get; private set; } = options.CacheFor;

    /// <summary>True once nothing that is still to come could change the verdict.</summary>
    public bool IsDecided =>
        _isAllowed || (_allowListsToHear == 0 && (_listing is not null || _blockListsToHear == 0));

    /// <summary>Null as long as nothing speaks against the client, or something for it, or something may yet.</summary>
    public Listing? Verdict =>
        _isAllowed || _isAllowListSilent || _allowListsToHear > 0 ? null : _listing;

    /// <param name="counted">The answer that says that the client is on the list; null if it is not.</param>
    public void Hear(DnsList list, bool isAllowList, IPAddress? counted, TimeSpan timeToLive)
    {
        TimeToLive = timeToLive < TimeToLive ? timeToLive : TimeToLive;
        if (isAllowList)
        {
            _allowListsToHear--;
            _isAllowed |= counted is not null;
        }
        else
        {
            _blockListsToHear--;
            _listing ??= counted is null ? null : new Listing(list.Zone, counted);
        }
    }

    public void Miss(bool isAllowList)
    {
        HasFailed = true;
        if (isAllowList)
            (_allowListsToHear, _isAllowListSilent) = (_allowListsToHear - 1, true);
        else
            _blockListsToHear--;
    }

    public void GiveUp() => HasFailed = true;
}
