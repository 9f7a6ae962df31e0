using System.Collections.Immutable;
using ActorMail.Actors.Mailboxes;
using ActorMail.Actors.Tests.Net;
using ActorMail.Protocols.Mail;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Mailboxes;

/// <summary>Quotas over a real store: what is refused leaves nothing behind.</summary>
public sealed class QuotaSpecs : TestKit
{
    private const string Mail = "Subject: Late\n\nI shall be too late!\n";

    private readonly TemporaryStore _store = new();
    private readonly MailboxName _ann = TemporaryStore.NameOf("ann@example.org");
    private readonly MailboxName _bob = TemporaryStore.NameOf("bob@example.org");
    private readonly StoreActors _actors;

    public QuotaSpecs(ITestOutputHelper output) : base(VirtualTime.Config, output: output) =>
        _actors = new StoreActors(Sys, _store.Store);

    [Fact]
    [Requirement("I7")]
    public async Task A_mailbox_should_take_as_many_messages_as_its_quota_has()
    {
        Limit(new QuotaLimit(0, 2));
        for (var i = 0; i < 4; i++)
            Reserve(_bob, $"{i}", alone: true);

        // All four are asked for before the first is durable.
        var answers = new List<string>();
        for (var i = 0; i < 4; i++)
            answers.Add(Show(await ExpectMsgAsync<object>()));
        Assert.Equal(
            ["0 committed", "1 committed", "2 OverQuota", "3 OverQuota"], answers.Order(StringComparer.Ordinal));
        Assert.Equal(2, _store.Count("bob@example.org"));
    }

    [Fact]
    public async Task A_mailbox_should_say_when_a_message_will_never_fit()
    {
        Limit(new QuotaLimit(40, 0));
        Reserve(_bob, "large", alone: true);

        Assert.Equal("large LargerThanQuota", Show(await ExpectMsgAsync<object>()));
        Assert.Equal(0, _store.Count("bob@example.org"));
    }

    [Fact]
    public async Task What_is_deleted_should_make_room()
    {
        Limit(new QuotaLimit(0, 1));
        Reserve(_bob, "first", alone: true);
        Assert.Equal("first committed", Show(await ExpectMsgAsync<object>()));
        Reserve(_bob, "second", alone: true);
        Assert.Equal("second OverQuota", Show(await ExpectMsgAsync<object>()));

        _actors.Mailboxes.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), TestActor);
        var view = (await ExpectMsgAsync<MailboxProtocol.MailboxLocked>()).View;
        _actors.Mailboxes.Tell(
            new MailboxProtocol.ExpungeAndUnlock(_bob, [.. view.Messages.Select(message => message.Uid)]), TestActor);
        await ExpectMsgAsync<MailboxProtocol.MailboxUnlocked>();

        Reserve(_bob, "third", alone: true);
        Assert.Equal("third committed", Show(await ExpectMsgAsync<object>()));
    }

    [Fact]
    public async Task What_another_program_deletes_should_make_room()
    {
        Limit(new QuotaLimit(0, 1));
        Reserve(_bob, "first", alone: true);
        Assert.Equal("first committed", Show(await ExpectMsgAsync<object>()));

        File.WriteAllText(_store.PathOf("bob@example.org"), "");
        Reserve(_bob, "second", alone: true);
        Assert.Equal("second committed", Show(await ExpectMsgAsync<object>()));
    }

    [Fact]
    [Requirement("D8")]
    public async Task One_full_mailbox_should_refuse_the_message_for_all_and_keep_no_room_for_it()
    {
        var ledger = Limit(new QuotaLimit(0, 1));
        Reserve(_bob, "first", alone: true);
        Assert.Equal("first committed", Show(await ExpectMsgAsync<object>()));

        Deliver("both", _ann, _bob);
        var failed = await ExpectMsgAsync<DeliveryProtocol.DeliveryFailed>();
        Assert.Equal((_bob, AppendFault.OverQuota), (failed.Mailbox, failed.Reason));

        // Ann's place was given back.
        Reserve(_ann, "hers", alone: true);
        Assert.Equal("hers committed", Show(await ExpectMsgAsync<object>()));
        Assert.Equal(1, ledger.UsageOf(_ann)!.Value.Messages);
        Assert.Equal((1, 1), (_store.Count("ann@example.org"), _store.Count("bob@example.org")));
    }

    [Fact]
    public async Task The_mailboxes_of_a_domain_should_share_its_quota()
    {
        Assert.True(DomainName.TryParse("example.org", out var domain));
        Limit(default, new DomainQuota(domain, new QuotaLimit(0, 1)));
        Deliver("both", _ann, _bob);
        Assert.Equal(
            AppendFault.OverQuota, (await ExpectMsgAsync<DeliveryProtocol.DeliveryFailed>()).Reason);

        Deliver("one", _ann);
        await ExpectMsgAsync<DeliveryProtocol.MessageDelivered>();
        Reserve(_bob, "second", alone: true);
        Assert.Equal("second OverQuota", Show(await ExpectMsgAsync<object>()));
    }

    [Fact]
    public async Task The_figures_should_be_those_of_the_index()
    {
        var ledger = Limit(new QuotaLimit(1_000_000, 0));
        for (var i = 0; i < 3; i++)
        {
            Reserve(_bob, $"{i}", alone: true);
            Assert.Equal($"{i} committed", Show(await ExpectMsgAsync<object>()));
        }

        Assert.Equal(MailboxUsage.Read(_store.Store.Root, _bob), ledger.UsageOf(_bob));
        Assert.Equal(
            new FileInfo(_store.PathOf("bob@example.org")).Length, MailboxUsage.Read(_store.Store.Root, _bob).Octets);
    }

    [Fact]
    public async Task Resolver_should_refuse_a_recipient_without_room()
    {
        var ledger = Limit(new QuotaLimit(1_000, 2));
        var options = new RecipientOptions { DefaultDomain = "example.org" };
        var resolver = Sys.ActorOf(
            RecipientResolverActor.CreateProps(options, new AddressDirectory(), ledger, TimeProvider.System));
        Assert.True(MailAddress.TryParse("bob@example.org", out var bob));

        await Ask(1_001, new RecipientProtocol.RecipientFull(bob, IsForGood: true));
        ledger.Set(_bob, new MailboxUsage(900, 1));
        await Ask(101, new RecipientProtocol.RecipientFull(bob, IsForGood: false));
        await Ask(100, expected: null);
        await Ask(null, expected: null);
        ledger.Set(_bob, new MailboxUsage(900, 2));
        await Ask(null, new RecipientProtocol.RecipientFull(bob, IsForGood: false));

        async Task Ask(long? size, object? expected)
        {
            resolver.Tell(new RecipientProtocol.ResolveRecipient(bob, size), TestActor);
            var answer = await ExpectMsgAsync<object>();
            if (expected is null)
                Assert.IsType<RecipientProtocol.RecipientResolved>(answer);
            else
                Assert.Equal(expected, answer);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _store.Dispose();
    }

    private static string Show(object answer) => answer switch
    {
        MailboxProtocol.AppendCommitted(_, var id, _) => $"{id} committed",
        MailboxProtocol.AppendRefused(_, var id, var reason) => $"{id} {reason}",
        _ => answer.ToString() ?? "",
    };

    private QuotaLedger Limit(QuotaLimit account, params ImmutableArray<DomainQuota> domains) =>
        _actors.Quotas = new QuotaLedger(new QuotaOptions { Account = account, Domains = domains });

    private void Reserve(MailboxName mailbox, string id, bool alone) => _actors.Mailboxes.Tell(
        new MailboxProtocol.ReserveAppend(mailbox, id, _store.Store.Draft(Mail), alone), TestActor);

    private void Deliver(string id, params ImmutableArray<MailboxName> mailboxes) => _actors.Coordinator.Tell(
        new DeliveryProtocol.DeliverMessage(id, mailboxes, _store.Store.Draft(Mail)), TestActor);
}
