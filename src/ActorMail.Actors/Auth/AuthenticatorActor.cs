using System.Diagnostics.CodeAnalysis;
using System.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Accounts;
using Akka.Actor;
using Akka.Event;

namespace ActorMail.Actors.Auth;

/// <summary>
/// Answers <see cref="AuthProtocol.VerifyPassword"/>. Few hashes are computed at a time, on other threads, and the
/// addresses that ask for them are served in turn; a wrong password is answered late. Whether a user exists shows
/// neither in the answer nor in the work that it costs.
/// </summary>
public sealed class AuthenticatorActor(
    AuthOptions options, TimeProvider time, Func<Secret, string, Task<bool>> verify) : UntypedActor, IWithTimers
{
    /// <summary>
    /// One failed login of each address is forgotten so often: six a minute are never slowed further.
    /// </summary>
    public static readonly TimeSpan FailureMemory = TimeSpan.FromSeconds(10);

    private const int MaxThrottledNetworks = 10_000;

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly AccountFile? _accounts = options.IsOpen ? null : new AccountFile(options.AccountsFile, time);
    private readonly VerifiedPasswords _verified = new();
    private readonly FairQueue<IPAddress, Login> _waiting = new(options.MaxWaiting);
    private readonly HashSet<Login> _underway = [];
    private readonly FailureThrottle _throttle = new(options.FailureDelay, MaxThrottledNetworks);
    private long _version;
    private string? _fault;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props CreateProps(AuthOptions options, TimeProvider time) =>
        Props.Create(() => new AuthenticatorActor(options, time, PasswordHasher.VerifyAsync));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AuthProtocol.VerifyPassword question:
                Receive(new Login(question, Sender, RemoteNetwork.Of(question.Remote)));
                break;

            case HashChecked(var login, var account, var isRight):
                _underway.Remove(login);
                if (isRight && account is not null)
                    Accept(login, account);
                else
                    Refuse(login);
                StartChecks();
                break;

            case HashFailed(var login, var cause):
                _underway.Remove(login);
                _log.Error(cause, "A password could not be checked");
                login.Sender.Tell(AuthProtocol.LoginNotChecked.Instance);
                StartChecks();
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

    private void Receive(Login login)
    {
        if (_accounts is null)
            AnswerOpenly(login);
        else if (!IsReadable(_accounts))
            login.Sender.Tell(AuthProtocol.LoginNotChecked.Instance);
        else if (FindAccount(login) is { } account && _verified.Contains(account, login.Password))
            login.Sender.Tell(new AuthProtocol.LoginAccepted(account.Identity));
        else
            Queue(login);
    }

    private void AnswerOpenly(Login login)
    {
        if (TryFindMailbox(login.User, out var mailbox, out var address))
            login.Sender.Tell(new AuthProtocol.LoginAccepted(new LoginIdentity(mailbox, address)));
        else
            Refuse(login);
    }

    private void Queue(Login login)
    {
        _waiting.Enqueue(login.Network, login)?.Sender.Tell(AuthProtocol.LoginNotChecked.Instance);
        StartChecks();
    }

    private void StartChecks()
    {
        while (_underway.Count < options.MaxConcurrentHashes && _waiting.TryDequeue(out var login))
        {
            _underway.Add(login);
            var account = FindAccount(login);
            // Nobody's password is checked against a hash that fits none, with the same work.
            verify(login.Password, account?.PasswordHash ?? PasswordHasher.Dummy).PipeTo(
                Self,
                success: isRight => new HashChecked(login, account, isRight),
                failure: cause => new HashFailed(login, cause));
        }
    }

    private void Accept(Login login, Account account)
    {
        _verified.Remember(account, login.Password);
        login.Sender.Tell(new AuthProtocol.LoginAccepted(account.Identity));
    }

    private void Refuse(Login login)
    {
        var delay = _throttle.Fail(login.Network);
        if (!Timers.IsTimerActive(Forget.Instance))
            Timers.StartPeriodicTimer(Forget.Instance, Forget.Instance, FailureMemory);

        if (delay == TimeSpan.Zero)
            login.Sender.Tell(AuthProtocol.LoginRefused.Instance);
        else
            Context.System.Scheduler.ScheduleTellOnce(delay, login.Sender, AuthProtocol.LoginRefused.Instance, Self);
    }

    private Account? FindAccount(Login login) =>
        TryFindMailbox(login.User, out var mailbox, out _) ? _accounts!.Find(mailbox) : null;

    private bool TryFindMailbox(string user, out MailboxName mailbox, [NotNullWhen(true)] out MailAddress? address)
    {
        mailbox = default;
        if (!MailAddress.TryParse(user, out address))
            return false;

        if (!address.HasDomain)
            address = address with { Domain = options.DefaultDomain ?? "" };
        return MailboxName.TryFrom(address, out mailbox);
    }

    /// <summary>Looks for changes. After a fault the accounts go on that were read before, if any were.</summary>
    private bool IsReadable(AccountFile accounts)
    {
        if (!accounts.TryRefresh(out var fault) && fault != _fault)
            _log.Warning("The accounts cannot be read: {Fault}", fault);
        _fault = fault;

        if (accounts.Version != _version)
            _verified.Clear();
        _version = accounts.Version;
        return accounts.IsLoaded;
    }

    /// <summary>Compared by identity: a user may ask the same twice.</summary>
    private sealed class Login(AuthProtocol.VerifyPassword question, IActorRef sender, IPAddress network)
    {
        public string User => question.User;

        public Secret Password => question.Password;

        public IActorRef Sender => sender;

        public IPAddress Network => network;
    }

    private sealed record HashChecked(Login Login, Account? Account, bool IsRight)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record HashFailed(Login Login, Exception Cause)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record Forget : INoSerializationVerificationNeeded
    {
        public static readonly Forget Instance = new();
    }
}
