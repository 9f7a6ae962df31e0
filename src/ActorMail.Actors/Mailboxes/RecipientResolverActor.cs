using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Accounts;
using ActorMail.Storage.Addresses;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Mailboxes;

/// <summary>
/// Answers <see cref="RecipientProtocol.ResolveRecipient"/> from the <see cref="AddressBook"/> and the accounts, each
/// read again when its file has changed. While one of the files cannot be read, what was in it before counts, and who
/// is unknown is put off: he may be in the new one.
/// </summary>
public sealed class RecipientResolverActor : UntypedActor, IWithTimers
{
    /// <summary>For those who ask the directory: a question to this actor looks at the files at once.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly AddressDirectory _directory;
    private readonly QuotaLedger? _quotas;
    private readonly AccountFile? _accounts;
    private readonly AliasFile _aliases;

    private AddressBook? _book;
    private KnownAccounts? _known;
    private long _knownVersion = -1;
    private string? _accountsFault;
    private string? _aliasesFault;

    public RecipientResolverActor(
        RecipientOptions options, AddressDirectory directory, QuotaLedger? quotas, TimeProvider time)
    {
        (_directory, _quotas) = (directory, quotas);
        _accounts = options.AccountsFile is null ? null : new AccountFile(options.AccountsFile, time);
        _aliases = new AliasFile(options.ToAddressOptions(), time);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="quotas">Null where nobody counts.</param>
    public static Props CreateProps(
        RecipientOptions options, AddressDirectory directory, QuotaLedger? quotas, TimeProvider time) =>
        Props.Create(() => new RecipientResolverActor(options, directory, quotas, time));

    protected override void PreStart()
    {
        Refresh();
        Timers.StartPeriodicTimer(Look.Instance, Look.Instance, RefreshInterval);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RecipientProtocol.ResolveRecipient(var address, var size):
                Sender.Tell(Resolve(address, size));
                break;
            case RecipientProtocol.ExpandAddress(var address):
                Sender.Tell(Expand(address));
                break;
            case Look:
                Refresh();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>One mailbox without room refuses the recipient, as it would refuse the message.</summary>
    private object Resolve(MailAddress address, long? size)
    {
        if (Find(address, out var refusal) is not { } match)
            return refusal!;

        AppendFault? full = null;
        foreach (var target in match.Targets)
        {
            if (_quotas?.Foresee(target.Mailbox, size) is { } fault && full is not AppendFault.LargerThanQuota)
                full = fault;
        }

        return full is { } reason
            ? new RecipientProtocol.RecipientFull(address, reason is AppendFault.LargerThanQuota)
            : new RecipientProtocol.RecipientResolved(address, [.. match.Targets.Select(target => target.Mailbox)]);
    }

    private object Expand(MailAddress address)
    {
        if (Find(address, out var refusal) is not { } match)
            return refusal!;

        ImmutableArray<MailAddress> targets = [.. match.Targets.Select(target => target.Address)];
        return new RecipientProtocol.AddressExpanded(address, targets, match.Kind is AddressMatchKind.Alias);
    }

    private bool IsUncertain => _accountsFault is not null || _aliasesFault is not null || _aliases.IsSettling;

    /// <summary>Null with the answer that there is no mailbox, or that nobody can tell now.</summary>
    private AddressMatch? Find(MailAddress address, out object? refusal)
    {
        Refresh();
        var match = _aliases.Book.Find(address, _known);
        refusal = match.Kind switch
        {
            AddressMatchKind.NotLocal => new RecipientProtocol.RecipientNotLocal(address),
            // Another one may have a right to this mail, in a file that cannot be read now.
            AddressMatchKind.Unknown or AddressMatchKind.CatchAll or AddressMatchKind.Duty when IsUncertain
                => new RecipientProtocol.RecipientNotResolved(address),
            AddressMatchKind.Unknown => new RecipientProtocol.RecipientUnknown(address),
            _ => null,
        };
        return refusal is null ? match : null;
    }

    private void Refresh()
    {
        RefreshAliases();
        if (_accounts is not null)
            RefreshAccounts(_accounts);
        if (_book == _aliases.Book && _knownVersion == (_accounts?.Version ?? 0))
            return;

        (_book, _knownVersion) = (_aliases.Book, _accounts?.Version ?? 0);
        _directory.Publish(_book, _known);
    }

    private void RefreshAliases()
    {
        var isCurrent = _aliases.TryRefresh(out var fault);
        if (!isCurrent && fault != _aliasesFault)
            _log.Warning("The aliases cannot be used, those of before stay: {Fault}", fault);
        else if (_book is not null && _book != _aliases.Book)
            _log.Info("The aliases have changed; there are {Count}", _aliases.Book.AliasCount);
        _aliasesFault = fault;
    }

    private void RefreshAccounts(AccountFile accounts)
    {
        var isCurrent = accounts.TryRefresh(out var fault);
        if (!isCurrent && fault != _accountsFault)
            _log.Warning("The accounts cannot be read: {Fault}", fault);
        _accountsFault = fault;
        if (_known is not null && _knownVersion == accounts.Version && _known.IsComplete == isCurrent)
            return;

        var find = accounts.Freeze();
        _quotas?.Publish(mailbox => find(mailbox)?.Quota);
        _known = AccountsOnFile.Know(accounts, isCurrent);
        _knownVersion = -1;
    }

    private sealed record Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }
}
