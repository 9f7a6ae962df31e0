using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Sasl;
using ActorMail.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace ActorMail.Storage.Accounts;

/// <summary>
/// The accounts of the server, in a text file that an operator may read and edit: <c># actormail accounts 1</c>, then
/// one <c>address key=value...</c> a line. Not for several threads at a time; several processes may change the file.
/// </summary>
public sealed class AccountFile(string path, TimeProvider time)
{
    /// <summary>Some 300,000 accounts.</summary>
    private const int MaxLength = 64 * 1024 * 1024;

    /// <summary>In octets, so that PASS and its password fit into a command line.</summary>
    private const int MaxPasswordLength = 500;

    /// <summary>Clocks of file systems tick this coarsely: younger files may change and look the same.</summary>
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(100);

    private readonly string _path = Path.GetFullPath(path);
    private AccountDocument _document = AccountDocument.Empty;
    private FileStat? _stat;
    private string? _fault;

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<Account> All => _document.Accounts;

    /// <summary>False until the file could be read once.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>Grows with each change that was read.</summary>
    public long Version { get; private set; }

    /// <summary>
    /// Reads the file again if it has changed. False with the reason if it cannot be read or understood; then those
    /// accounts stay that were there before.
    /// </summary>
    public bool TryRefresh(out string? fault)
    {
        try
        {
            using var file = Open(_path);
            var stat = RealDisk.Stat(file);
            if (stat != _stat)
                Load(file);
            var written = DateTimeOffset.UnixEpoch.AddTicks(stat.ModifiedNs / TimeSpan.NanosecondsPerTick);
            _stat = (time.GetUtcNow() - written).Duration() > ClockTick ? stat : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            (_stat, _fault) = (null, problem.Message);
        }

        fault = _fault;
        return fault is null;
    }

    public Account? Find(MailboxName mailbox) => _document.Find(mailbox);

    /// <summary>The accounts as they are now, and stay; to be asked from any thread.</summary>
    public Func<MailboxName, Account?> Freeze() => _document.Find;

    /// <summary>
    /// Makes a file of no accounts if there is none. From then on a file that is missing is a fault, and not the news
    /// that nobody has an account.
    /// </summary>
    public void CreateIfMissing()
    {
        if (!File.Exists(_path))
            Change(document => document);
    }

    /// <param name="scramIterations">
    /// Of the keys for SCRAM (<see cref="ScramKeyMaker"/>); null: none are made before the first login.
    /// </param>
    /// <exception cref="AccountException">There is one already, or address or password will not do.</exception>
    public void Add(MailAddress address, Secret password, int? scramIterations = null)
    {
        var mailbox = MailboxOf(address);
        CheckPassword(password);
        var credentials = MakeCredentials(mailbox, password, scramIterations);
        var created = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Change(document => document.Find(mailbox) is { } known
            ? throw new AccountException($"There is an account {known.Address} already.")
            : document.With(credentials(new Account(mailbox, address.ToString(), [])).With("created", created)));
    }

    /// <inheritdoc cref="Add" path="/param"/>
    /// <exception cref="AccountException">There is no such account, or the password will not do.</exception>
    public void SetPassword(MailAddress address, Secret password, int? scramIterations = null)
    {
        var mailbox = MailboxOf(address);
        CheckPassword(password);
        var credentials = MakeCredentials(mailbox, password, scramIterations);
        Change(document => document.With(credentials(Existing(document, mailbox, address))));
    }

    /// <summary>
    /// Keeps keys made of the password that <paramref name="ofHash"/> is of. Changes nothing if the account is gone or
    /// has another password by now.
    /// </summary>
    /// <exception cref="AccountException">The file cannot be changed.</exception>
    public void SetScramKeys(MailAddress address, IEnumerable<ScramKeys> keys, string ofHash)
    {
        var mailbox = MailboxOf(address);
        Change(document => document.Find(mailbox) is { } account && account.PasswordHash == ofHash
            ? document.With(account.WithScramKeys(keys))
            : document);
    }

    /// <summary>Lets nobody log in with the account, or lets its user log in again.</summary>
    /// <exception cref="AccountException">There is no such account.</exception>
    public void SetDisabled(MailAddress address, bool isDisabled)
    {
        var mailbox = MailboxOf(address);
        Change(document => document.With(Existing(document, mailbox, address).WithDisabled(isDisabled)));
    }

    /// <summary>Sets what the account alone may hold; null for what all may.</summary>
    /// <exception cref="AccountException">There is no such account, or the size is none.</exception>
    public void SetQuota(MailAddress address, string? size, string? messages)
    {
        if (size is not null && !AccountQuota.TryParseSize(size, out _))
            throw new AccountException($"'{size}' is no size, such as 500MiB or 2GiB; 0 is no limit.");
        if (messages is not null && !AccountQuota.TryParseCount(messages, out _))
            throw new AccountException($"'{messages}' is no number of messages, such as 1000; 0 is no limit.");
        var mailbox = MailboxOf(address);
        Change(document => document.With(Existing(document, mailbox, address).WithQuota(size, messages)));
    }

    /// <summary>The mail of the account stays where it is.</summary>
    /// <exception cref="AccountException">There is no such account.</exception>
    public void Remove(MailAddress address)
    {
        var mailbox = MailboxOf(address);
        Change(document => document.Without(Existing(document, mailbox, address).Mailbox));
    }

    private static Account Existing(AccountDocument document, MailboxName mailbox, MailAddress address) =>
        document.Find(mailbox) ?? throw new AccountException($"There is no account {address}.");

    private static MailboxName MailboxOf(MailAddress address) =>
        MailboxName.TryFrom(address, out var mailbox) && MailAddress.TryParse(address.ToString(), out _)
            ? mailbox
            : throw new AccountException($"No mailbox can have the address {address}.");

    /// <summary>Works before the file is locked: this takes its time.</summary>
    private Func<Account, Account> MakeCredentials(MailboxName mailbox, Secret password, int? scramIterations)
    {
        var hash = PasswordHasher.Hash(password);
        IEnumerable<ScramKeys>? keys = scramIterations is { } count
            ? ScramKeyMaker.Make(password, mailbox, SaltSecret.Load(_path, out _), count)
            : null;
        return account => keys is null
            ? account.WithPasswordHash(hash)
            : account.WithPasswordHash(hash).WithScramKeys(keys);
    }

    private static void CheckPassword(Secret password)
    {
        if (password.Value.Length == 0)
            throw new AccountException("The password is empty.");
        if (password.Value.Any(char.IsControl) || password.Value.EnumerateRunes().Contains(Rune.ReplacementChar))
            throw new AccountException("The password holds characters that no mail program can send.");
        if (Encoding.UTF8.GetByteCount(password.Value) > MaxPasswordLength)
            throw new AccountException($"The password is longer than {MaxPasswordLength} octets.");
        if (!OpaqueString.TryPrepare(password, out _))
            throw new AccountException("The password holds characters that nobody can see or type for sure.");
    }

    /// <summary>Reads, changes and replaces the file while nobody else can, so that no change is lost.</summary>
    private void Change(Func<AccountDocument, AccountDocument> change)
    {
        try
        {
            RealDisk.Instance.CreateFolder(Path.GetDirectoryName(_path)!);
            using (AtomicFile.Lock(_path + ".lock"))
            {
                var target = Target();
                var before = ReadForChange(target);
                var after = change(before);
                if (after != before || !File.Exists(target))
                    AtomicFile.Replace(target, Encoding.UTF8.GetBytes(after.ToString()));
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new AccountException($"The accounts were not changed: {problem.Message}", problem);
        }

        TryRefresh(out _);
    }

    private void Load(SafeFileHandle file)
    {
        if (!TryRead(file, out var document, out _fault))
            return;

        // A young file is read again though it may be the same.
        if (!IsLoaded || document.ToString() != _document.ToString())
            Version++;
        (_document, IsLoaded) = (document, true);
    }

    /// <summary>Where the accounts are a symbolic link, it stays one.</summary>
    private string Target() =>
        File.Exists(_path) ? File.ResolveLinkTarget(_path, returnFinalTarget: true)?.FullName ?? _path : _path;

    private AccountDocument ReadForChange(string target)
    {
        if (!File.Exists(target))
            return AccountDocument.Empty;

        using var file = Open(target);
        return TryRead(file, out var document, out var fault) ? document : throw new AccountException(fault);
    }

    /// <summary>Follows links, and hinders nobody from replacing the file meanwhile.</summary>
    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private bool TryRead(
        SafeFileHandle file, [NotNullWhen(true)] out AccountDocument? document, [NotNullWhen(false)] out string? fault)
    {
        document = null;
        var length = RandomAccess.GetLength(file);
        if (length > MaxLength)
        {
            fault = $"{_path}: larger than {MaxLength} octets";
            return false;
        }

        var octets = new byte[length];
        using (var stream = new FileStream(file, FileAccess.Read, bufferSize: 0))
            octets = octets[..stream.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false)];
        if (!Utf8.IsValid(octets))
            fault = $"{_path}: not UTF-8";
        else if (!AccountDocument.TryParse(Encoding.UTF8.GetString(octets), out document, out fault))
            fault = $"{_path}, {fault}";
        return fault is null;
    }
}
