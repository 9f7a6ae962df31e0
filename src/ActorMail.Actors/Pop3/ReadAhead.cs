using System.Collections.Immutable;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Pop3;

/// <summary>
/// Where the messages stand that a client will most likely ask for next, so that the mailbox is not asked for each. It
/// holds places in the file, and none of what is there.
/// </summary>
internal sealed class ReadAhead
{
    /// <summary>Messages at a time.</summary>
    public const int Count = 32;

    private ImmutableArray<MessageSlice> _slices = [];
    private int _next;

    public void Fill(ImmutableArray<MessageSlice> slices) => (_slices, _next) = (slices, 0);

    /// <summary>Null if it has to be asked for. The slices before it are given up.</summary>
    public MessageSlice? Find(uint uid)
    {
        var at = _next;
        while (at < _slices.Length && _slices[at].Uid < uid)
            at++;
        if (at == _slices.Length || _slices[at].Uid != uid)
            return null;

        // The same one may be asked for again, as by TOP and then RETR.
        _next = at;
        return _slices[at];
    }
}
