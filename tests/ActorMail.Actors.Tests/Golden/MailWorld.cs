using System.Globalization;
using System.Text;
using ActorMail.Actors.Auth;
using ActorMail.Actors.Hosting;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Net;
using ActorMail.Actors.Pop3;
using ActorMail.Actors.Smtp;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Pop3;
using ActorMail.Protocols.Sasl;
using ActorMail.Protocols.Smtp;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Accounts;
using ActorMail.Storage.Addresses;
using ActorMail.Storage.Mailboxes;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace ActorMail.Actors.Tests.Golden;

/// <summary>The actors behind a session, all of them real, over a store in a temporary folder.</summary>
internal sealed class MailWorld : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("actormail-").FullName;
    private readonly TestKit _kit;

    public MailWorld(TestKit kit, ILookup<string, string[]> given)
    {
        _kit = kit;
        Given = given;
        IsBasic = given.Contains("basic");
        Store = MailStore.Open(_root, new StoreOptions { MinFreeSpace = 0 }, Time, _ => { });
        var accountsFile = AddAccounts();
        Services = new MailServices(
            Store,
            new MailboxOptions(),
            new RecipientOptions
            {
                Domains = given.Contains("domains") ? [.. given["domains"].Single()] : ["*"],
                DefaultDomain = "example.org",
                IsBasic = IsBasic,
                AccountsFile = accountsFile,
                Addresses = Addresses,
            },
            new AuthOptions
            {
                IsOpen = accountsFile is null,
                AccountsFile = accountsFile ?? "",
                DefaultDomain = IsBasic ? null : "example.org",
                FailureDelay = TimeSpan.Zero,
                ScramIterations = ScramKeys.MinIterations,
                AllowPlaintext = given.Contains("tls-for-logins")
                    ? PlaintextLogins.Nowhere
                    : PlaintextLogins.Loopback,
                MakeNonce = () => "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            },
            given.Contains("tls") ? TestIdentity.Single : new TlsIdentities(),
            new JournalActorOptions(),
            IoThreads: 1,
            Time)
        {
            Quotas = new QuotaLedger(new QuotaOptions
            {
                Account = new QuotaLimit(NumberOf("quota", 0), NumberOf("quota-messages", 0)),
            }),
        };
        Journal = kit.Sys.ActorOf(Props.Create(() => new JournalActor(Store, Services.Journal, Time)));
        Mailboxes = kit.Sys.ActorOf(Props.Create(() => new MailboxParentActor(MailboxProps)));
        Coordinator = kit.Sys.ActorOf(
            Props.Create(() => new DeliveryCoordinatorActor(Mailboxes, Journal, Services.Mailboxes, Time)));
        Resolver = kit.Sys.ActorOf(RecipientResolverActor.CreateProps(
            Services.Recipients, Services.Addresses, Services.Quotas, Time));
        Authenticator = kit.Sys.ActorOf(AuthenticatorActor.CreateProps(Services.Auth, Time));
    }

    public ILookup<string, string[]> Given { get; }

    public bool IsBasic { get; }

    public MailStore Store { get; }

    public MailServices Services { get; }

    public IActorRef Journal { get; }

    public IActorRef Mailboxes { get; }

    public IActorRef Coordinator { get; }

    public IActorRef Resolver { get; }

    public IActorRef Authenticator { get; }

    public TimeProvider Time { get; } = new FixedTime();

    /// <summary>TLS comes first in this conversation.</summary>
    public bool IsSecure => Given.Contains("implicit-tls");

    private LoginServices Logins => new(Authenticator, Services.Auth, new SessionTls(Services.Tls, IsSecure));

    private SubmissionOptions Submission => new()
    {
        ExtraSenders = [.. Given["sender"].Select(words => Extra(string.Join(' ', words)))],
        MaxHeaderSize = NumberOf("max-header-size", 256 * 1024),
    };

    private AddressOptions Addresses => new()
    {
        Aliases = [.. Given["alias"].Select(words => AliasOf(string.Join(' ', words)))],
        DomainAliases = [.. Given["domain-alias"].Select(words => DomainAliasOf(string.Join(' ', words)))],
        Delimiter = Given.Contains("plus") ? "+" : "",
    };

    private TimeSpan LoginDelay => Given.Contains("login-delay") ? TimeSpan.FromHours(1) : TimeSpan.Zero;

    /// <summary>
    /// Puts the messages of <c>G: message ADDRESS FILE</c> where they belong, takes the locks of <c>G: busy</c>, and
    /// takes and gives back those of <c>G: used</c>; the mailboxes of <c>G: broken</c> cannot be opened.
    /// </summary>
    public async Task BeginAsync()
    {
        foreach (var message in Given["message"])
            await DeliverAsync(message[0], Transcript.Message(message[1]));
        if (Given.Contains("account"))
        {
            // It has made the file of its secret by then, which else might come when the folder is removed.
            Authenticator.Tell(new AuthProtocol.FindSalt("nobody", ScramHash.Sha256), _kit.TestActor);
            await _kit.ExpectMsgAsync<AuthProtocol.SaltFound>();
        }

        foreach (var busy in Given["busy"])
            await HoldAsync(NameOf(busy[0]));
        foreach (var broken in Given["broken"])
            Directory.CreateDirectory(Path.Combine(_root, "mail", NameOf(broken[0]).Value));
        foreach (var used in Given["used"])
            await UseAsync(NameOf(used[0]));
    }

    /// <summary>Checks <c>W: ADDRESS COUNT</c>: so many messages are in this mailbox file.</summary>
    public void Check(string expectation)
    {
        var words = expectation.Split(' ');
        var path = Path.Combine(_root, "mail", NameOf(words[0]).Value);
        var found = File.Exists(path)
            ? File.ReadLines(path, Encoding.Latin1).Count(line => line.StartsWith("From ", StringComparison.Ordinal))
            : 0;
        Assert.Equal(expectation, string.Create(CultureInfo.InvariantCulture, $"{words[0]} {found}"));
    }

    public TestClient StartPop3()
    {
        var client = new TestClient();
        var options = new Pop3Options
        {
            Dialog = new Pop3Settings
            {
                Language = Given.Contains("french") ? "fr" : "en",
                Implementation = Given.Contains("quiet")
                    ? ImplementationNotice.AfterLogin
                    : ImplementationNotice.Always,
                LoginDelay = LoginDelay,
            },
            Lock = new LockTerms { Interval = LoginDelay },
            Session = new SessionOptions
            {
                MaxErrors = NumberOf("max-errors", 100),
                MaxCommands = NumberOf("max-commands", 1_000),
            },
        };
        var services = new Pop3Services(Mailboxes, Logins);
        _kit.Sys.ActorOf(Props.Create(() => new Pop3SessionActor(client.Connection, services, options)));
        return client;
    }

    public TestClient StartSmtp()
    {
        var client = new TestClient();
        var options = new SmtpOptions
        {
            Hostname = "mail.example.org",
            IsBasic = IsBasic,
            IsStrict = Given.Contains("strict"),
            MaxRecipients = NumberOf("max-recipients", 1_000),
            MaxMessageSize = NumberOf("max-message-size", 64 * 1024 * 1024),
            MaxReceivedFields = NumberOf("max-received-fields", 100),
            MaxMessages = NumberOf("max-messages", 100_000),
            RequireTls = Given.Contains("require-tls"),
            IsLmtp = Given.Contains("lmtp"),
            FrontEnds = Given.Contains("front-end") ? NetworkSet.Loopback : NetworkSet.Empty,
            VerifiesForUsers = Given.Contains("verify"),
            Service = Given.Contains("closed") ? SmtpService.Closed : SmtpService.Open,
            Submission = Given.Contains("submission") ? Submission : null,
            Session = new SessionOptions(),
        };
        var services = new SmtpServices(
            Resolver, Coordinator, Logins, Store, options.ToSettings(Services.Recipients), Time);
        _kit.Sys.ActorOf(Props.Create(() => new SmtpSessionActor(client.Connection, services, options)));
        return client;
    }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private int NumberOf(string setting, int otherwise) =>
        Given.Contains(setting) ? int.Parse(Given[setting].Single()[0], CultureInfo.InvariantCulture) : otherwise;

    private static AliasEntry AliasOf(string text)
    {
        Assert.True(AliasEntry.TryParse("", text, out var entry, out var fault), fault);
        return entry;
    }

    private static DomainAlias DomainAliasOf(string text)
    {
        Assert.True(DomainAlias.TryParse(text, out var alias));
        return alias;
    }

    private static ExtraSender Extra(string text)
    {
        Assert.True(ExtraSender.TryParse(text, "example.org", out var extra));
        return extra;
    }

    private static MailboxName NameOf(string address)
    {
        Assert.True(MailAddress.TryParse(address, out var parsed));
        Assert.True(MailboxName.TryFrom(parsed, out var name));
        return name;
    }

    private Props MailboxProps(MailboxName name) =>
        ActorProducer.PropsOf(() => new MailboxActor(Store, name, Journal, Services.Mailboxes, Time)
        {
            Quotas = Services.Quotas,
        });

    private string? AddAccounts()
    {
        if (!Given.Contains("account"))
            return null;

        var path = Path.Combine(_root, "accounts");
        var accounts = new AccountFile(path, Time);
        foreach (var account in Given["account"])
        {
            Assert.True(MailAddress.TryParse(account[0], out var address));
            accounts.Add(address, new Secret(account[1]), ScramKeys.MinIterations);
            foreach (var keys in Given["keys"].Where(words => words[0] == account[0]))
                SetKeys(accounts, address, new Secret(account[1]), keys[1..]);
        }

        return path;
    }

    /// <summary>With salts that are known, so that what a client answers is known too.</summary>
    private static void SetKeys(AccountFile accounts, MailAddress address, Secret password, string[] words)
    {
        var iterations = int.Parse(words[0], CultureInfo.InvariantCulture);
        Assert.True(accounts.TryRefresh(out _));
        Assert.True(MailboxName.TryFrom(address, out var name));
        var keys = new[] { ScramHash.Sha256, ScramHash.Sha1 }.Zip(
            words[1..],
            (hash, salt) => ScramKeys.Derive(
                hash, password, new ScramSalt(Convert.FromBase64String(salt), iterations)));
        accounts.SetScramKeys(address, keys, accounts.Find(name)!.PasswordHash!);
    }

    private async Task DeliverAsync(string address, byte[] stored)
    {
        using var writer = Store.CreateBody();
        stored.CopyTo(writer.GetSpan(stored.Length));
        writer.Advance(stored.Length);
        var wireLength = stored.Length + stored.Count(octet => octet == (byte)'\n');
        var header = Encoding.Latin1.GetString(stored).IndexOf("\n\n", StringComparison.Ordinal) + 2;
        var traits = Ascii.IsValid(stored) ? BodyTraits.HasDot : BodyTraits.HasDot | BodyTraits.EightBit;
        var body = writer.Complete(wireLength, header, traits);
        var draft = new MessageDraft("carroll@example.net", default, body, Time.GetUtcNow());
        Coordinator.Tell(
            new DeliveryProtocol.DeliverMessage(Guid.NewGuid().ToString(), [NameOf(address)], draft), _kit.TestActor);
        await _kit.ExpectMsgAsync<DeliveryProtocol.MessageDelivered>();
    }

    private async Task<TestProbe> HoldAsync(MailboxName mailbox)
    {
        var holder = _kit.CreateTestProbe();
        Mailboxes.Tell(new MailboxProtocol.LockMailbox(mailbox, LockTerms.Default), holder);
        await holder.ExpectMsgAsync<MailboxProtocol.MailboxLocked>();
        return holder;
    }

    private async Task UseAsync(MailboxName mailbox)
    {
        var holder = await HoldAsync(mailbox);
        Mailboxes.Tell(new MailboxProtocol.ExpungeAndUnlock(mailbox, []), holder);
        await holder.ExpectMsgAsync<MailboxProtocol.MailboxUnlocked>();
    }
}
