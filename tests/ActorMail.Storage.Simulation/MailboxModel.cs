using System.Text;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Storage.Simulation;

/// <summary>What one mailbox must hold by what was promised, and the comparison with what it does hold.</summary>
internal sealed class MailboxModel(MailboxName name, string file)
{
    private const string Mark = "Status: RO\n";

    private readonly Dictionary<(uint Validity, uint Uid), string> _numbers = [];
    private ulong _modseq;
    private uint _uidNext;
    private uint _validity;
    private HashSet<string> _shown = [];

    public MailboxName Name => name;

    public string File => file;

    public Mailbox? Mailbox { get; set; }

    public Dictionary<string, Promise> Promises { get; } = [];

    public static string TextOf(MessageSlice slice)
    {
        var octets = new byte[slice.Length];
        Check(slice.Read(octets, 0) == octets.Length, "the file is shorter than the index says");
        return Encoding.Latin1.GetString(octets);
    }

    /// <summary>
    /// The text that was sent, where another program may have put a field into it that we could not know.
    /// </summary>
    public string TextSent(string text)
    {
        var unmarked = text.Replace(Mark, "", StringComparison.Ordinal);
        return Promises.TryGetValue(unmarked, out var promise) && MayShowMarked(promise) ? unmarked : text;
    }

    /// <summary>
    /// Another program puts its field into every message: nobody but it knows those that we do not show.
    /// </summary>
    public byte[] MarkAll(byte[] octets)
    {
        foreach (var promise in Promises.Values)
        {
            promise.IsMarked = true;
            promise.MayBeMarked |= !_shown.Contains(promise.Text);
        }

        var text = Encoding.Latin1.GetString(octets).Replace(Mark, "", StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(text.Replace("\n\nbody", $"\n{Mark}\nbody", StringComparison.Ordinal));
    }

    /// <summary>What can be seen now, as long as the store lives.</summary>
    /// <param name="isSettled">Everything acknowledged must be seen: nothing waits to be written.</param>
    /// <param name="octets">The mailbox file.</param>
    public void Look(bool isSettled, byte[]? octets)
    {
        var view = Mailbox!.View;
        var seen = new Dictionary<string, StoredMessage>();
        var last = 0u;
        foreach (var message in view.Messages)
        {
            Check(message.Uid > last && message.Uid < view.UidNext, $"{name}: UID {message.Uid} behind {last}");
            Check(message.Modseq <= view.Modseq, $"{name}: modseq {message.Modseq} above {view.Modseq}");
            last = message.Uid;
            var text = TextOf(Mailbox.SliceOf(message, Mailbox.Content!));
            Check(Mailbox.IsIntact(message, Mailbox.Content!), $"{name}: UID {message.Uid} has a wrong checksum");
            var sent = TextSent(text);
            Check(Promises.ContainsKey(sent), $"{name}: nobody sent UID {message.Uid}: {Short(text)}");
            Check(seen.TryAdd(sent, message), $"{name}: UID {message.Uid} is there twice: {Short(text)}");
            var number = (view.UidValidity, message.Uid);
            Check(
                !_numbers.TryGetValue(number, out var before) || before == text,
                $"{name}: UID {message.Uid} was another message before");
            _numbers[number] = text;
        }

        Check(view.UidValidity >= _validity, $"{name}: UIDVALIDITY went back");
        if (view.UidValidity == _validity)
        {
            Check(view.UidNext >= _uidNext, $"{name}: UIDNEXT went back from {_uidNext} to {view.UidNext}");
            Check(view.Modseq >= _modseq, $"{name}: the modseq went back from {_modseq} to {view.Modseq}");
        }

        (_validity, _uidNext, _modseq) = (view.UidValidity, view.UidNext, view.Modseq);
        foreach (var promise in Promises.Values)
            Compare(promise, seen.TryGetValue(promise.Text, out var found) ? found : null, view, isSettled);
        foreach (var promise in Promises.Values)
            (promise.MayBeMarked, promise.IsMarked) = (MayShowMarked(promise), false);
        _shown = [.. seen.Keys];
        if (octets is not null)
            CompareWithFile(octets, _shown);
    }

    /// <summary>After a start: what was under way has happened or not, and what is seen now stays.</summary>
    public void TakeStock(IReadOnlySet<string> seen)
    {
        foreach (var promise in Promises.Values.ToList())
        {
            if (!promise.IsAcknowledged && !seen.Contains(promise.Text))
                Promises.Remove(promise.Text);
            else if (seen.Contains(promise.Text))
                (promise.IsAcknowledged, promise.MayBeGone) = (true, false);
            else if (promise.MayBeGone)
                (promise.IsGone, promise.MayBeGone) = (true, false);
        }
    }

    private static bool MayShowMarked(Promise promise) =>
        promise.MayBeMarked || (promise.IsMarked && (promise.IsGone || promise.MayBeGone));

    private static string Short(string text) => text[..Math.Min(40, text.Length)].Replace('\n', '|');

    private static void Check(bool isRight, string what)
    {
        if (!isRight)
            throw new SimulationFaultException(what);
    }

    private void Compare(Promise promise, StoredMessage? found, MailboxView view, bool isSettled)
    {
        var what = $"{name}: delivery {promise.Delivery} (UID {promise.Uid})";
        Check(found is null || !promise.IsGone || MayShowMarked(promise), $"{what} was deleted and is there");
        Check(found is null || !promise.IsRefused, $"{what} was refused and is there");
        if (!promise.IsAcknowledged || promise.IsGone || promise.MayBeGone)
            return;
        Check(found is not null || !isSettled, $"{what} was acknowledged and is not there");
        if (found is { } message && promise.UidValidity == view.UidValidity && !MayShowMarked(promise))
            Check(message.Uid == promise.Uid, $"{what} has UID {message.Uid} now");
        if (found is { } now)
            (promise.Uid, promise.UidValidity) = (now.Uid, view.UidValidity);
    }

    /// <summary>Any reader of mbox files finds what we show, and nothing that nobody sent.</summary>
    private void CompareWithFile(byte[] octets, HashSet<string> shown)
    {
        var inFile = MboxParser.Parse(octets).ConvertAll(TextSent);
        foreach (var text in inFile)
        {
            Check(
                Promises.ContainsKey(text) || WasForgotten(text),
                $"{name}: the file has what nobody sent: {Short(text)}");
        }

        foreach (var text in shown)
        {
            Check(inFile.Count(it => it == text) == 1,
                $"{name}: {inFile.Count(it => it == text)} times in the file: {Short(text)}");
        }
    }

    /// <summary>What was deleted may lie in the file until it is compacted.</summary>
    private bool WasForgotten(string text) => _numbers.ContainsValue(text);
}
