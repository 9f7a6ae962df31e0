using ActorMail.Actors.Mailboxes;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Accounts;
using ActorMail.Storage.Mailboxes;

namespace ActorMail.Actors.Tests.Mailboxes;

public sealed class QuotaLedgerTests
{
    private static readonly MailboxName Bob = TemporaryStore.NameOf("bob@example.org");
    private static readonly MailboxName Ann = TemporaryStore.NameOf("ann@example.org");
    private static readonly MailboxName Eve = TemporaryStore.NameOf("eve@other.example");

    [Fact]
    public void A_mailbox_holds_its_quota_and_no_octet_more()
    {
        var ledger = Ledger(new QuotaLimit(100, 3));

        Assert.Null(ledger.TryTake(Bob, new MailboxUsage(100, 1), 100));
        Assert.Equal(AppendFault.OverQuota, ledger.TryTake(Bob, new MailboxUsage(101, 2), 1));
        Assert.Equal(AppendFault.LargerThanQuota, ledger.TryTake(Bob, new MailboxUsage(201, 2), 101));
        Assert.Null(ledger.TryTake(Bob, new MailboxUsage(30, 3), 10));
        Assert.Equal(AppendFault.OverQuota, ledger.TryTake(Bob, new MailboxUsage(40, 4), 10));
        // Another's is his own.
        Assert.Null(ledger.TryTake(Ann, new MailboxUsage(100, 3), 100));
    }

    [Fact]
    public void Without_a_quota_nothing_is_refused_or_kept()
    {
        var ledger = Ledger(default);
        Assert.Null(ledger.TryTake(Bob, new MailboxUsage(long.MaxValue, long.MaxValue), long.MaxValue));
        ledger.Set(Bob, new MailboxUsage(1, 1));

        Assert.Null(ledger.UsageOf(Bob));
        Assert.Null(ledger.Foresee(Bob, long.MaxValue));
    }

    [Fact]
    public void The_mailboxes_of_a_domain_share_its_quota()
    {
        var ledger = Ledger(default, "example.org", new QuotaLimit(100, 10));

        Assert.Null(ledger.TryTake(Bob, new MailboxUsage(60, 1), 60));
        Assert.Equal(AppendFault.OverQuota, ledger.TryTake(Ann, new MailboxUsage(41, 1), 41));
        Assert.Null(ledger.TryTake(Ann, new MailboxUsage(40, 1), 40));
        Assert.Equal(AppendFault.LargerThanQuota, ledger.TryTake(Ann, new MailboxUsage(141, 2), 101));
        Assert.Null(ledger.TryTake(Eve, new MailboxUsage(1_000, 1), 1_000));

        // Bob deletes his mail; a closed mailbox still counts.
        ledger.Set(Bob, default);
        ledger.Leave(Ann);
        Assert.Equal(AppendFault.OverQuota, ledger.Foresee(Bob, 61));
        Assert.Null(ledger.Foresee(Bob, 60));
    }

    [Fact]
    public void What_is_known_before_the_message_comes_refuses_it()
    {
        var ledger = Ledger(new QuotaLimit(100, 2));
        Assert.Equal(AppendFault.LargerThanQuota, ledger.Foresee(Bob, 101));
        Assert.Null(ledger.Foresee(Bob, size: null));

        ledger.Set(Bob, new MailboxUsage(60, 1));
        Assert.Equal(new MailboxUsage(60, 1), ledger.UsageOf(Bob));
        Assert.Null(ledger.Foresee(Bob, size: null));
        Assert.Null(ledger.Foresee(Bob, 40));
        Assert.Equal(AppendFault.OverQuota, ledger.Foresee(Bob, 41));

        ledger.Set(Bob, new MailboxUsage(10, 2));
        Assert.Equal(AppendFault.OverQuota, ledger.Foresee(Bob, size: null));

        // Somebody may empty what nobody looks at.
        ledger.Leave(Bob);
        Assert.Null(ledger.Foresee(Bob, 41));
    }

    [Fact]
    public void An_account_may_have_its_own_quota()
    {
        var ledger = Ledger(new QuotaLimit(100, 0));
        ledger.Publish(mailbox => mailbox == Bob ? new AccountQuota(200, null)
            : mailbox == Ann ? new AccountQuota(0, null)
            : null);

        Assert.Null(ledger.TryTake(Bob, new MailboxUsage(200, 1), 200));
        Assert.Equal(AppendFault.LargerThanQuota, ledger.TryTake(Bob, new MailboxUsage(201, 1), 201));
        Assert.Null(ledger.TryTake(Ann, new MailboxUsage(1_000, 1), 1_000));
        Assert.Equal(AppendFault.LargerThanQuota, ledger.TryTake(Eve, new MailboxUsage(101, 1), 101));
    }

    [Fact]
    public void A_domain_in_Unicode_is_that_of_its_mailboxes()
    {
        var ledger = Ledger(default, "B\u00FCcher.example", new QuotaLimit(100, 0));
        var mailbox = TemporaryStore.NameOf("bob@xn--bcher-kva.example");

        Assert.Equal(AppendFault.LargerThanQuota, ledger.Foresee(mailbox, 101));
    }

    [Fact]
    public void Threads_that_take_room_at_once_never_take_more_than_there_is()
    {
        const int Limit = 500;
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var sizes = Enumerable.Range(0, 100).Select(_ => random.Next(1, 41)).ToArray();
            var ledger = Ledger(default, "example.org", new QuotaLimit(Limit, 0));
            var taken = 0;
            Parallel.For(0, sizes.Length, i =>
            {
                var mailbox = TemporaryStore.NameOf($"{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}@example.org");
                if (ledger.TryTake(mailbox, new MailboxUsage(sizes[i], 1), sizes[i]) is null)
                    Interlocked.Add(ref taken, sizes[i]);
            });

            // Whoever was refused had not been given the rest.
            Assert.InRange(taken, Limit - 40, Limit);
        }
    }

    private static QuotaLedger Ledger(QuotaLimit account, string? domain = null, QuotaLimit ofDomain = default) =>
        new(new QuotaOptions
        {
            Account = account,
            Domains = domain is not null && DomainName.TryParse(domain, out var name)
                ? [new DomainQuota(name, ofDomain)]
                : [],
        });
}
