using System.Buffers;
using System.Collections.Immutable;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;
using ActorMail.Protocols.Tests.Wire;

namespace ActorMail.Protocols.Tests.Smtp;

/// <summary>Sessions as a page of text: lines in, reply lines out.</summary>
internal static class SmtpTesting
{
    public static SmtpSettings Default { get; } = new()
    {
        Hostname = "mail.example.org",
        MaxMessageSize = 1_000_000,
        DefaultDomain = "example.org",
    };

    public static SmtpSettings Strict { get; } = Default with { IsStrict = true };

    public static SmtpSettings Basic { get; } = Default with { IsBasic = true };

    /// <summary>A connection in clear on which STARTTLS and logins are to be had.</summary>
    public static SmtpAccess Clear { get; } = new()
    {
        CanStartTls = true,
        CanLogIn = true,
        Mechanisms = ["PLAIN", "LOGIN"],
    };

    public static SmtpCommand Parse(string line, SmtpSettings? settings = null) =>
        SmtpCommandParser.Parse(Pieces.Octets(line), settings ?? Default);

    /// <summary>The reply to a line that is refused whatever the state.</summary>
    public static SmtpReply Refusal(string line, SmtpSettings? settings = null) =>
        Assert.IsType<SmtpCommand.Refused>(Parse(line, settings)).Reply;

    public static SmtpReply ReplyOf(SmtpStep step) => step switch
    {
        SmtpStep.Answer(var reply) => reply,
        SmtpStep.ReceiveData(var reply) => reply,
        SmtpStep.BeginTls(var reply) => reply,
        SmtpStep.SkipChunk(_, [var reply]) => reply,
        SmtpStep.Goodbye(var reply) => reply,
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "no reply yet"),
    };

    public static string Sent(SmtpReply reply)
    {
        var output = new ArrayBufferWriter<byte>();
        reply.WriteTo(output);
        return Pieces.Text(output.WrittenSpan);
    }

    /// <summary>A session with a resolver for which <c>nosuch</c> is unknown and <c>staff</c> is ann and bob.</summary>
    public static (SmtpDialog Dialog, ImmutableArray<SmtpReply> Replies) Play(
        SmtpSettings settings, params string[] lines)
    {
        var (dialog, replies) = (new SmtpDialog(settings, Clear), ImmutableArray.CreateBuilder<SmtpReply>());
        foreach (var line in lines)
        {
            (dialog, var step) = dialog.Accept(Parse(line, settings));
            switch (step)
            {
                case SmtpStep.Resolve({ LocalPart: "nosuch" } address, _):
                    replies.Add(SmtpReplies.RecipientUnknown(settings, address));
                    break;
                case SmtpStep.Resolve(var address, var parameters):
                    (dialog, var added) =
                        dialog.AddRecipient(new SmtpRecipient(address, parameters, Mailboxes(address)));
                    replies.Add(added);
                    break;
                case SmtpStep.ReceiveChunk(_, var isLast):
                    replies.Add(SmtpReplies.ChunkAccepted(settings, dialog.Envelope!.ChunkOctets));
                    dialog = isLast ? dialog.EndTransaction() : dialog;
                    break;
                default:
                    replies.Add(ReplyOf(step));
                    break;
            }
        }

        return (dialog, replies.ToImmutable());
    }

    public static (SmtpDialog Dialog, ImmutableArray<SmtpReply> Replies) Play(params string[] lines) =>
        Play(Default, lines);

    public static int[] Codes(SmtpSettings settings, params string[] lines) =>
        [.. Play(settings, lines).Replies.Select(it => it.Code)];

    public static int[] Codes(params string[] lines) => Codes(Default, lines);

    private static ImmutableArray<MailboxName> Mailboxes(MailAddress address) =>
        address.LocalPart == "staff" ? [Name("bob@example.org"), Name("ann@example.org")] : [Name(address.ToString())];

    private static MailboxName Name(string text)
    {
        Assert.True(MailAddress.TryParse(text, out var address));
        Assert.True(MailboxName.TryFrom(address, out var name));
        return name;
    }
}
