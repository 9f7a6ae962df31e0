using System.Collections.Immutable;
using System.Net;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Storage.Accounts;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Auth;

/// <summary>
/// Answers the questions of <see cref="AuthProtocol"/>. Few hashes are computed at a time, on other threads, and the
/// addresses that ask for them are served in turn, and the accounts of each address; a failed login is answered late.
/// Whether a user exists, or may log in, shows neither in the answer nor in the work that it costs. After a login with
/// a password, an account without keys for SCRAM gets them when no login waits.
/// </summary>
/// <param name="verify">Checks a password against a hash.</param>
public sealed class AuthenticatorActor(
    AuthOptions options,
    TimeProvider time,
    Func<Secret, string, Task<bool>> verify,
    KeyDerivation deriveKeys)
    : UntypedActor, IWithTimers
{
    /// <summary>
    /// One failed login of each address is forgotten so often: six a minute are never slowed further.
    /// </summary>
    public static readonly TimeSpan FailureMemory = TimeSpan.FromSeconds(10);

    private const int MaxKeysWanted = 1_000;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly AccountFile? _accounts = options.IsOpen ? null : new AccountFile(options.AccountsFile, time);
    private readonly VerifiedPasswords _verified = new();
    private readonly FairQueue<IPAddress, MailboxName, PasswordCheck> _waiting = new(options.MaxWaiting);
    private readonly Dictionary<MailboxName, Secret> _keysWanted = [];
    private readonly GuessThrottle _throttle = new(options.FailureDelay);
    private ScramAccounts _scram = null!;
    private long _version;
    private int _underway;
    private string? _fault;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props CreateProps(AuthOptions options, TimeProvider time) =>
        Props.Create(() => new AuthenticatorActor(options, time, PasswordHasher.VerifyAsync, DeriveAsync));

    protected override void PreStart()
    {
        string? fault = null;
        var salts = options.IsOpen ? SaltSecret.OfProcess() : SaltSecret.Load(options.AccountsFile, out fault);
        if (fault is not null)
            _log.Warning("Until the next start SCRAM makes up salts by a secret that is not kept: {Fault}", fault);
        _scram = new ScramAccounts(salts, options.ScramIterations);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AuthProtocol.VerifyPassword question:
                CheckPassword(question, AttemptOf(question.User, question.AuthorizationId, question.Remote));
                break;

            case AuthProtocol.FindSalt question:
                AnswerSalt(question);
                break;

            case AuthProtocol.VerifyProof question:
                CheckProof(question, AttemptOf(question.User, question.AuthorizationId, question.Remote));
                break;

            case PasswordChecked(var check, var account, var isRight):
                _underway--;
                if (isRight && account is not null && check.Attempt.WantsOwn)
                    Accept(check, account);
                else
                    Refuse(check.Attempt);
                StartWork();
                break;

            case PasswordNotChecked(var check, var cause):
                _underway--;
                _log.Error(cause, "A password could not be checked");
                check.Attempt.Sender.Tell(AuthProtocol.LoginNotChecked.Instance);
                StartWork();
                break;

            case KeysMade(var account, var cause):
                _underway--;
                if (cause is null)
                    _log.Debug("{Account} has keys for SCRAM now", account);
                else
                    _log.Warning("Keys for SCRAM of {Account} could not be kept: {Fault}", account, cause.Message);
                StartWork();
                break;

            case Forget:
                _throttle.Decay();
                if (_throttle.IsEmpty)
                    Timers.Cancel(Forget.Instance);
                break;

            default:
                Unhandled(message);
                break;
        }
    }

    private static Task<ImmutableArray<ScramKeys>> DeriveAsync(
        Secret password, ImmutableArray<(ScramHash Hash, ScramSalt Salt)> salts) => Task.Run(
            () => salts.Select(each => ScramKeys.Derive(each.Hash, password, each.Salt)).ToImmutableArray());

    private void CheckPassword(AuthProtocol.VerifyPassword question, LoginAttempt attempt)
    {
        if (_accounts is null)
        {
            AnswerOpenly(attempt);
        }
        else if (!IsReadable(_accounts))
        {
            attempt.Sender.Tell(AuthProtocol.LoginNotChecked.Instance);
        }
        else if (attempt.WantsOwn && FindAccount(attempt.Mailbox) is { } account
            && _verified.Contains(account, question.Password))
        {
            attempt.Sender.Tell(new AuthProtocol.LoginAccepted(account.Identity));
        }
        else
        {
            var displaced = _waiting.Enqueue(
                attempt.Network, attempt.Mailbox, new PasswordCheck(attempt, question.Password));
            displaced?.Attempt.Sender.Tell(AuthProtocol.LoginNotChecked.Instance);
            StartWork();
        }
    }

    private void AnswerOpenly(LoginAttempt attempt)
    {
        if (attempt.Identity is not null && attempt.WantsOwn)
            attempt.Sender.Tell(new AuthProtocol.LoginAccepted(attempt.Identity));
        else
            Refuse(attempt);
    }

    private void AnswerSalt(AuthProtocol.FindSalt question)
    {
        if (_accounts is not null && !IsReadable(_accounts))
        {
            Sender.Tell(AuthProtocol.LoginNotChecked.Instance);
            return;
        }

        var mailbox = IdentityOf(question.User)?.Mailbox ?? default;
        // Also of an account that is disabled: what changed when it was would tell of it.
        var salt = _scram.FindSalt(question.User, mailbox, _accounts?.Find(mailbox), question.Hash);
        Sender.Tell(new AuthProtocol.SaltFound(salt));
    }

    /// <summary>At once: the work that makes guessing dear is the client's, and the delay of a refusal.</summary>
    private void CheckProof(AuthProtocol.VerifyProof question, LoginAttempt attempt)
    {
        if (_accounts is not null && !IsReadable(_accounts))
        {
            attempt.Sender.Tell(AuthProtocol.LoginNotChecked.Instance);
            return;
        }

        var account = FindAccount(attempt.Mailbox);
        if (_scram.Verify(account, question.Proof) is { } signature && account is not null && attempt.WantsOwn)
            attempt.Sender.Tell(new AuthProtocol.LoginAccepted(account.Identity, signature));
        else
            Refuse(attempt);
    }

    private void StartWork()
    {
        while (_underway < options.MaxConcurrentHashes && _waiting.TryDequeue(out var check))
        {
            _underway++;
            var account = FindAccount(check.Attempt.Mailbox);
            // Nobody's password is checked against a hash that fits none, with the same work.
            verify(check.Password, account?.PasswordHash ?? PasswordHasher.Dummy).PipeTo(
                Self,
                success: isRight => new PasswordChecked(check, account, isRight),
                failure: cause => new PasswordNotChecked(check, cause));
        }

        while (_underway < options.MaxConcurrentHashes && _keysWanted.Count > 0)
        {
            var (mailbox, password) = _keysWanted.First();
            _keysWanted.Remove(mailbox);
            if (IsReadable(_accounts!) && FindAccount(mailbox) is { } account && WantsKeys(account, password))
                MakeKeys(account, password);
        }
    }

    private void Accept(PasswordCheck check, Account account)
    {
        _verified.Remember(account, check.Password);
        check.Attempt.Sender.Tell(new AuthProtocol.LoginAccepted(account.Identity));
        if (_keysWanted.Count < MaxKeysWanted && WantsKeys(account, check.Password))
            _keysWanted[account.Mailbox] = check.Password;
    }

    /// <summary>Looks again whether it is the account's password, which may have been changed meanwhile.</summary>
    private bool WantsKeys(Account account, Secret password) =>
        options.OffersScram() && !ScramAccounts.HasKeys(account) && _verified.Contains(account, password);

    private void MakeKeys(Account account, Secret password)
    {
        _underway++;
        KeepKeysAsync(account, deriveKeys(password, _scram.SaltsFor(account.Mailbox))).PipeTo(
            Self, success: () => new KeysMade(account, null), failure: cause => new KeysMade(account, cause));
    }

    /// <summary>By an instance of its own, since an <see cref="AccountFile"/> is not for several threads.</summary>
    private async Task KeepKeysAsync(Account account, Task<ImmutableArray<ScramKeys>> deriving)
    {
        var keys = await deriving.ConfigureAwait(false);
        new AccountFile(options.AccountsFile, time).SetScramKeys(
            account.Identity.Address, keys, account.PasswordHash!);
    }

    private void Refuse(LoginAttempt attempt)
    {
        var delay = _throttle.Fail(attempt.Network, attempt.Mailbox);
        if (!Timers.IsTimerActive(Forget.Instance))
            Timers.StartPeriodicTimer(Forget.Instance, Forget.Instance, FailureMemory);

        if (delay == TimeSpan.Zero)
            attempt.Sender.Tell(AuthProtocol.LoginRefused.Instance);
        else
            Context.System.Scheduler.ScheduleTellOnce(delay, attempt.Sender, AuthProtocol.LoginRefused.Instance, Self);
    }

    private LoginAttempt AttemptOf(string user, string? authorizationId, IPAddress? remote)
    {
        var identity = IdentityOf(user);
        var wantsOwn = string.IsNullOrEmpty(authorizationId)
            || (identity is not null && IdentityOf(authorizationId)?.Mailbox == identity.Mailbox);
        return new LoginAttempt(Sender, ClientNetwork.Of(remote ?? IPAddress.None), identity, wantsOwn);
    }

    /// <summary>Null for what no mailbox can have as its name.</summary>
    private LoginIdentity? IdentityOf(string user)
    {
        if (!MailAddress.TryParse(user, out var address))
            return null;

        if (!address.HasDomain)
            address = address with { Domain = options.DefaultDomain ?? "" };
        return MailboxName.TryFrom(address, out var mailbox) ? new LoginIdentity(mailbox, address) : null;
    }

    /// <summary>Null if nobody may log in with it: a client must not tell that from one that does not exist.</summary>
    private Account? FindAccount(MailboxName mailbox) =>
        _accounts?.Find(mailbox) is { IsDisabled: false } account ? account : null;

    /// <summary>Looks for changes. After a fault the accounts go on that were read before, if any were.</summary>
    private bool IsReadable(AccountFile accounts)
    {
        if (!accounts.TryRefresh(out var fault) && fault != _fault)
            _log.Warning("The accounts cannot be read: {Fault}", fault);
        _fault = fault;
        if (accounts.Version != _version)
            _scram.Learn(accounts.All);
        _version = accounts.Version;
        return accounts.IsLoaded;
    }

    private sealed record PasswordCheck(LoginAttempt Attempt, Secret Password);

    private sealed record PasswordChecked(PasswordCheck Check, Account? Account, bool IsRight)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record PasswordNotChecked(PasswordCheck Check, Exception Cause)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <param name="Cause">Why they could not be made or kept; null if they were.</param>
    private sealed record KeysMade(Account Account, Exception? Cause)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record Forget : INoSerializationVerificationNeeded
    {
        public static readonly Forget Instance = new();
    }
}
