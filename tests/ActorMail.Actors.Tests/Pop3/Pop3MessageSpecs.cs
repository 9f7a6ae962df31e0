using System.Text;
using ActorMail.Actors.Mailboxes;
using ActorMail.Protocols.Wire;
using ActorMail.Storage.Mailboxes;
using ActorMail.Tests;
using Akka.Actor;
using Akka.TestKit;
using Xunit.Abstractions;

namespace ActorMail.Actors.Tests.Pop3;

/// <summary>How messages leave: raw ones, those whose header is beyond ASCII, and many at a time.</summary>
public sealed class Pop3MessageSpecs(ITestOutputHelper output) : Pop3SessionSpec(output)
{
    private const string Raw = "Subject: Raw\r\n\r\nbare\rCR\r\n.\nbare LF\r\n";
    private const string Localized = "Subject: Grüße\n\nschöne\n";

    private readonly TemporaryStore _store = new();

    [Fact]
    [Requirement("R1939-5-i", "R1939-3-g")]
    public async Task Raw_mail_should_go_out_as_it_came_but_for_dots()
    {
        await LogIn(Message(1, Raw.Length));
        await AskFor("RETR 1", Raw, BodyTraits.Raw | BodyTraits.HasDot);

        Assert.Equal(
            $"+OK {Raw.Length} octets\r\nSubject: Raw\r\n\r\nbare\rCR\r\n..\nbare LF\r\n.\r\n",
            await Client.ReadUntilAsync("\r\n.\r\n"));
    }

    [Fact]
    [Requirement("R1939-7-b")]
    public async Task The_top_of_raw_mail_should_end_after_its_lines()
    {
        await LogIn(Message(1, Raw.Length));
        await AskFor("TOP 1 1", Raw, BodyTraits.Raw | BodyTraits.HasDot);

        Assert.Equal(
            "+OK The top of the message follows\r\nSubject: Raw\r\n\r\nbare\rCR\r\n.\r\n",
            await Client.ReadUntilAsync("\r\n.\r\n"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Requirement("R6856-2.1-a", "R6856-2.1-b")]
    public async Task The_size_of_a_list_should_be_that_of_the_message_with_and_without_utf8(bool isUtf8)
    {
        var stored = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Localized));
        StartSession();
        await Client.ExpectAsync("+OK POP3 server ready");
        if (isUtf8)
            Assert.StartsWith("+OK", await Client.AskAsync("UTF8"), StringComparison.Ordinal);
        await Client.SendAsync(LoginLines);
        await Client.ExpectAsync(
            "+OK Send PASS", await OpenAsync(Message(1, stored.Length + 3) with { Traits = BodyTraits.EightBit }));

        await AskFor("RETR 1", stored, BodyTraits.EightBit);
        var reply = await Client.ReadUntilAsync("\r\n.\r\n");

        var retrieved = reply[(reply.IndexOf('\n', StringComparison.Ordinal) + 1)..^3];
        Assert.StartsWith($"+OK {retrieved.Length} octets\r\n", reply, StringComparison.Ordinal);
        Assert.Equal(isUtf8, retrieved.Contains("GrÃ¼Ã", StringComparison.Ordinal));
        Assert.Equal(!isUtf8, retrieved[..retrieved.IndexOf("\r\n\r\n", StringComparison.Ordinal)].All(char.IsAscii));
        Assert.Equal($"+OK 1 {retrieved.Length}", await Client.AskAsync("LIST 1"));
        Assert.Equal($"+OK 1 {retrieved.Length}", await Client.AskAsync("STAT"));
    }

    [Fact]
    [Requirement("R6856-2.1-b")]
    public async Task A_list_should_come_when_all_sizes_are_known()
    {
        var stored = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Localized));
        var message = Message(1, stored.Length + 3) with { Traits = BodyTraits.EightBit };
        await LogIn(message, Message(2, 100));

        await AskFor("LIST", stored, BodyTraits.EightBit);
        var size = (await Client.ReadUntilAsync("\r\n.\r\n")).Split("\r\n")[1];

        Assert.Equal($"+OK {size}", await Client.AskAsync("LIST 1"));
        await AskFor("RETR 1", stored, BodyTraits.EightBit);
        Assert.Equal($"+OK {size[2..]} octets", await Client.ReadLineAsync());
    }

    [Fact]
    [Requirement("R6856-2.1-b")]
    public async Task A_message_that_cannot_be_looked_at_should_not_spoil_the_list_of_the_others()
    {
        await LogIn(Message(1, 100), Message(2, 100) with { Traits = BodyTraits.EightBit });
        await Client.SendLineAsync("LIST");
        Assert.Equal(2u, (await Mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>()).Uid);
        Mailboxes.Reply(new MailboxProtocol.MessageNotFetched(Alice, 2));

        await Client.ExpectAsync("+OK 2 messages (200 octets)", "1 100", "2 100", ".");
    }

    [Fact]
    [Requirement("R6856-2.1-b")]
    public async Task A_header_that_is_ascii_after_all_should_change_nothing()
    {
        const string Mail = "Subject: Hello\n\nsch\xF6n\n";
        await LogIn(Message(1, Mail.Length + 3) with { Traits = BodyTraits.EightBit });
        await AskFor("RETR 1", Mail, BodyTraits.EightBit);

        Assert.Equal(
            $"+OK {Mail.Length + 3} octets\r\nSubject: Hello\r\n\r\nsch\xF6n\r\n.\r\n",
            await Client.ReadUntilAsync("\r\n.\r\n"));
    }

    [Fact]
    [Requirement("R2449-6.6-a", "F2")]
    public async Task Pipelined_messages_should_leave_in_order_and_in_few_writes()
    {
        const int Count = 200;
        const string Mail = "Subject: Short\n\nYes.\n";
        var slice = _store.Deliver(_store.Open("alice@example.org"), Mail);
        await LogIn([.. Enumerable.Range(1, Count).Select(uid => Message((uint)uid, Mail.Length + 3))]);
        var before = Client.Writes;
        Mailboxes.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            var fetch = (MailboxProtocol.FetchMessage)message;
            sender.Tell(new MailboxProtocol.MessageFetched(Alice, fetch.Uid, slice, []));
            return AutoPilot.KeepRunning;
        }));

        var commands = Enumerable.Range(1, Count).Select(number => $"RETR {number}\r\n");
        await Client.SendAsync(string.Concat(commands) + "NOOP\r\n");

        for (var number = 1; number <= Count; number++)
            await Client.ExpectAsync("+OK 24 octets", "Subject: Short", "", "Yes.", ".");
        await Client.ExpectAsync("+OK Nothing done");
        Assert.InRange(Client.Writes - before, 1, 5);
    }

    [Fact]
    [Requirement("R1939-5-i", "R1939-5-j")]
    public async Task Messages_behind_the_one_asked_for_should_need_no_asking()
    {
        var slices = Deliver("Subject: 1\n\none\n", "Subject: 2\n\ntwo\n", "Subject: 3\n\nthree\n");
        await LogIn([.. slices.Select(slice => Message(slice.Uid, slice.WireLength))]);
        await Client.SendLineAsync("RETR 1");
        var asked = await Mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>();
        Assert.InRange(asked.Ahead, 2, 1_000);
        Mailboxes.Reply(new MailboxProtocol.MessageFetched(Alice, 1, slices[0], [.. slices[1..]]));
        await Client.ExpectAsync("+OK 19 octets", "Subject: 1", "", "one", ".");

        await Client.SendAsync("TOP 2 0\r\nRETR 2\r\nRETR 3\r\nRETR 3\r\n");

        await Client.ExpectAsync("+OK The top of the message follows", "Subject: 2", "", ".");
        await Client.ExpectAsync("+OK 19 octets", "Subject: 2", "", "two", ".");
        await Client.ExpectAsync("+OK 21 octets", "Subject: 3", "", "three", ".");
        await Client.ExpectAsync("+OK 21 octets", "Subject: 3", "", "three", ".");
        await Mailboxes.ExpectNoMsgAsync(AWhile);

        await Client.SendLineAsync("RETR 2");
        Assert.Equal(2u, (await Mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>()).Uid);
    }

    [Fact]
    [Requirement("P3", "K8")]
    public async Task A_message_that_another_program_has_written_over_should_be_asked_for_again()
    {
        var slices = Deliver("Subject: 1\n\none\n", "Subject: 2\n\ntwo\n");
        await LogIn([.. slices.Select(slice => Message(slice.Uid, slice.WireLength))]);
        await Client.SendLineAsync("RETR 1");
        await Mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>();
        Mailboxes.Reply(new MailboxProtocol.MessageFetched(Alice, 1, slices[0], [.. slices[1..]]));
        await Client.ReadUntilAsync("\r\n.\r\n");

        var path = _store.PathOf("alice@example.org");
        var changed = _store.Read("alice@example.org").Replace("two", "2wo", StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, changed);
        await Client.SendLineAsync("RETR 2");

        Assert.Equal(2u, (await Mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>()).Uid);
        Mailboxes.Reply(new MailboxProtocol.MessageNotFetched(Alice, 2));
        await Client.ExpectAsync("-ERR [SYS/TEMP] The message cannot be read now");
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _store.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [Requirement("P3", "K8")]
    public async Task A_message_that_is_written_over_while_it_is_sent_should_have_no_end(int kibibytes)
    {
        var slice = Deliver(Long(kibibytes))[0];
        var session = await LogIn(Message(slice.Uid, slice.WireLength));
        await WatchAsync(session);
        var rest = Client.ReadRestAsync();
        await EventFilter.Exception<InvalidDataException>().ExpectOneAsync(async () =>
        {
            await Retrieve(slice with { Checksum = slice.Checksum + 1 });
            Assert.Equal(1u, (await Mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>()).Uid);
            Mailboxes.Reply(new MailboxProtocol.MessageNotFetched(Alice, 1));
            await ExpectTerminatedAsync(session);
        });

        Assert.DoesNotContain("\r\n.\r\n", await rest, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("K8")]
    public async Task A_message_that_the_disk_has_changed_should_be_sent_all_the_same()
    {
        var slice = Deliver(Long(kibibytes: 200))[0];
        await LogIn(Message(slice.Uid, slice.WireLength));
        await EventFilter.Warning(contains: "not as it was stored").ExpectOneAsync(async () =>
        {
            await Retrieve(slice with { Checksum = slice.Checksum + 1 });
            var whole = Client.ReadUntilAsync("\r\n.\r\n");
            await Mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>();
            Mailboxes.Reply(new MailboxProtocol.MessageFetched(Alice, 1, slice, []));
            await whole;
        });

        Assert.Equal("+OK Nothing done", await Client.AskAsync("NOOP"));
    }

    private static string Long(int kibibytes) =>
        "Subject: Long\n\n" + string.Concat(Enumerable.Repeat(new string('x', 63) + "\n", kibibytes * 16));

    private async Task Retrieve(MessageSlice slice)
    {
        await Client.SendLineAsync("RETR 1");
        await Mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>();
        Mailboxes.Reply(new MailboxProtocol.MessageFetched(Alice, 1, slice, []));
    }

    private MessageSlice[] Deliver(params string[] stored)
    {
        var mailbox = _store.Open("alice@example.org");
        return [.. stored.Select(mail => _store.Deliver(mailbox, mail))];
    }

    /// <summary>Asks for message 1, and has it found in a file.</summary>
    private async Task AskFor(string line, string stored, BodyTraits traits)
    {
        var slice = _store.Deliver(_store.Open("alice@example.org"), stored) with { Traits = traits };
        await Client.SendLineAsync(line);
        Assert.Equal(1u, (await Mailboxes.ExpectMsgAsync<MailboxProtocol.FetchMessage>()).Uid);
        if (traits.HasFlag(BodyTraits.Raw))
            slice = slice with { WireLength = stored.Length };
        Mailboxes.Reply(new MailboxProtocol.MessageFetched(Alice, 1, slice, []));
    }
}
