using ActorMail.Actors.Mailboxes;
using ActorMail.Protocols.Mail;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Mailboxes;

/// <summary>Who routes commands to mailboxes, and what happens to those that come while one is leaving.</summary>
public sealed class MailboxParentActorSpecs : TestKit
{
    private readonly MailboxName _bob = TemporaryStore.NameOf("bob@example.org");
    private readonly IActorRef _parent;

    public MailboxParentActorSpecs(ITestOutputHelper output) : base(output: output)
    {
        Func<MailboxName, Props> mailbox = _ => Props.Create(() => new Echo());
        _parent = Sys.ActorOf(Props.Create(() => new MailboxParentActor(mailbox)));
    }

    [Fact]
    [Requirement("K6", "N1")]
    public async Task Mailboxes_should_be_actors_of_their_own_with_names_that_nobody_chose()
    {
        _parent.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), TestActor);
        var first = await ExpectMsgAsync<IActorRef>();
        var other = TemporaryStore.NameOf("%2Fetc@example.org");
        _parent.Tell(new MailboxProtocol.LockMailbox(other, LockTerms.Default), TestActor);
        var second = await ExpectMsgAsync<IActorRef>();
        _parent.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), TestActor);

        Assert.Equal(first, await ExpectMsgAsync<IActorRef>());
        Assert.Equal(("mailbox-1", "mailbox-2"), (first.Path.Name, second.Path.Name));
    }

    [Fact]
    public async Task A_command_that_comes_while_a_mailbox_leaves_should_reach_the_next()
    {
        _parent.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), TestActor);
        var first = await ExpectMsgAsync<IActorRef>();

        _parent.Tell(MailboxProtocol.Passivate.Instance, first);
        _parent.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), TestActor);

        Assert.NotEqual(first, await ExpectMsgAsync<IActorRef>());
    }

    [Fact]
    [Requirement("K8")]
    public async Task A_mailbox_that_fails_should_be_there_for_the_next_command()
    {
        _parent.Tell(new MailboxProtocol.FetchMessage(_bob, 1), TestActor);
        _parent.Tell(new MailboxProtocol.LockMailbox(_bob, LockTerms.Default), TestActor);

        await ExpectMsgAsync<IActorRef>();
    }

    /// <summary>Says who it is to each command, and fails on one of them.</summary>
    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is MailboxProtocol.FetchMessage)
                throw new InvalidOperationException("for the test");
            Sender.Tell(Self);
        }
    }
}
