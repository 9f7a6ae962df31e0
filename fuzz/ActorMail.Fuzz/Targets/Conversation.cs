using System.Buffers;
using ActorMail.Protocols.Mail;
using ActorMail.Protocols.Smtp;

namespace ActorMail.Fuzz.Targets;

/// <summary>
/// The session as far as a dialog needs one: it knows everybody, logs in whose response is of an even length, and
/// begins with TLS at once. What is promised of a dialog is checked at each step.
/// </summary>
internal sealed class Conversation(SmtpSettings settings, SmtpAccess access)
{
    private SmtpDialog _dialog = new(settings, access);

    public bool IsOver { get; private set; }

    /// <param name="line">Without its line end.</param>
    /// <param name="rest">What the client sent behind it, of which a chunk takes its octets.</param>
    public void Say(ReadOnlySpan<byte> line, ref ReadOnlySequence<byte> rest)
    {
        var command = SmtpCommandParser.Parse(line, settings);
        Property.Equal(command, SmtpCommandParser.Parse(line, settings), "a line is one command");
        AssertCommand(command);
        var (next, step) = _dialog.Accept(command);
        AssertDialog(next);
        AssertStep(_dialog, next, step);
        _dialog = next;
        Follow(step, ref rest);
        AssertDialog(_dialog);
    }

    private void Follow(SmtpStep step, ref ReadOnlySequence<byte> rest)
    {
        switch (step)
        {
            case SmtpStep.Resolve(var address, var parameters) when MailboxName.TryFrom(address, out var mailbox):
                (_dialog, var added) = _dialog.AddRecipient(new SmtpRecipient(address, parameters, [mailbox]));
                Replies.AssertWellFormed(added, settings);
                break;
            case SmtpStep.ReceiveData:
            case SmtpStep.ReceiveChunk(_, IsLast: true):
                Skip((step as SmtpStep.ReceiveChunk)?.Octets ?? 0, ref rest);
                _dialog = _dialog.EndTransaction();
                break;
            case SmtpStep.ReceiveChunk(var octets, _):
                Skip(octets, ref rest);
                break;
            case SmtpStep.SkipChunk(var octets, _):
                Skip(octets, ref rest);
                break;
            case SmtpStep.BecomeClient(var attributes):
                _dialog = _dialog.StartFor(_dialog.Access with { IsSecure = false }, attributes);
                break;
            case SmtpStep.BeginTls:
                _dialog = _dialog.StartAnew(_dialog.Access with { IsSecure = true, CanStartTls = false });
                break;
            case SmtpStep.BeginLogin(_, var initial):
                LogIn(initial);
                break;
            case SmtpStep.Goodbye:
                IsOver = true;
                break;
            default:
                break;
        }
    }

    private void LogIn(Secret? initial)
    {
        var address = new MailAddress("bob", "example.org");
        Property.Holds(MailboxName.TryFrom(address, out var mailbox), "bob has a mailbox");
        (_dialog, var reply) = initial is { Value.Length: var length } && length % 2 == 0
            ? _dialog.AcceptLogin(new LoginIdentity(mailbox, address))
            : _dialog.FailLogin();
        Replies.AssertWellFormed(reply, settings);
    }

    private static void Skip(long octets, ref ReadOnlySequence<byte> rest) =>
        rest = rest.Slice(Math.Min(octets, rest.Length));

    /// <summary>No control character gets beyond the parser (S2), and no UTF-8 that nobody asked for (S9).</summary>
    private static void AssertCommand(SmtpCommand command)
    {
        switch (command)
        {
            case SmtpCommand.Helo(var name):
                AssertPrintable(name);
                break;
            case SmtpCommand.Ehlo(var name):
                AssertPrintable(name);
                break;
            case SmtpCommand.Mail({ } sender, var parameters):
                AssertPrintable(sender.ToString());
                AssertPrintable(parameters.EnvelopeId ?? "");
                Property.Holds(sender.IsAscii || parameters.IsUtf8, "UTF-8 in a sender was asked for");
                break;
            case SmtpCommand.Rcpt(var address, var parameters):
                AssertPrintable(address.ToString());
                AssertPrintable(parameters.OriginalRecipient ?? "");
                break;
            case SmtpCommand.Bdat(var octets, _):
                Property.Holds(octets >= 0, "a chunk has octets");
                break;
            case SmtpCommand.Xclient(var attributes):
                AssertPrintable(attributes.Helo ?? "");
                AssertPrintable(attributes.Login ?? "");
                break;
            default:
                break;
        }
    }

    private static void AssertPrintable(string text) =>
        Property.Holds(!text.Any(char.IsControl), "what a command holds has no control character");

    private void AssertDialog(SmtpDialog dialog)
    {
        Property.Holds(dialog.Messages <= settings.MaxMessages, "messages are limited");
        if (dialog.Envelope is not { } envelope)
            return;

        Property.Holds(settings.IsBasic || dialog.HeloName is not null, "nobody sends mail without a name");
        Property.Holds(!settings.IsSubmission || dialog.Identity is not null, "nobody submits without a login (R3)");
        Property.Holds(!settings.RequireTls || dialog.Access.IsSecure, "nothing is taken without TLS");
        Property.Holds(settings.Service is SmtpService.Open, "a closed server takes no mail");
        Property.Holds(envelope.Recipients.Length <= settings.MaxRecipients, "recipients are limited (S4)");
        Property.Holds(envelope.ChunkOctets <= settings.MaxMessageSize, "chunks are limited (S8)");
        var isAscii = envelope.Recipients.All(recipient => recipient.Address.IsAscii);
        Property.Holds(isAscii || envelope.Parameters.IsUtf8, "UTF-8 was asked for (S9)");
    }

    private void AssertStep(SmtpDialog before, SmtpDialog after, SmtpStep step)
    {
        switch (step)
        {
            case SmtpStep.Answer(var reply):
                Replies.AssertWellFormed(reply, settings);
                Property.Holds(!reply.IsError || ReferenceEquals(before.Envelope, after.Envelope),
                    "a refused command leaves the transaction as it was");
                break;
            case SmtpStep.Goodbye(var reply):
                Replies.AssertWellFormed(reply, settings);
                break;
            case SmtpStep.BeginTls(var reply):
                Replies.AssertWellFormed(reply, settings);
                Property.Holds(before.Access is { CanStartTls: true, IsSecure: false }, "TLS begins once (T2)");
                break;
            case SmtpStep.ReceiveData(var reply):
                Replies.AssertWellFormed(reply, settings);
                Property.Holds(before.Envelope is { Recipients.IsEmpty: false }, "data has a recipient (S3)");
                break;
            case SmtpStep.ReceiveChunk:
                Property.Holds(before.Envelope is { Recipients.IsEmpty: false }, "a chunk has a recipient (S3)");
                break;
            case SmtpStep.SkipChunk(_, var replies):
                foreach (var reply in replies)
                    Replies.AssertWellFormed(reply, settings);
                break;
            case SmtpStep.Resolve:
                Property.Holds(before.Envelope is not null, "a recipient has a sender");
                break;
            case SmtpStep.BecomeClient:
                Property.Holds(before.Access.MaySpeakForOthers, "only who is trusted speaks for others");
                break;
            case SmtpStep.BeginLogin:
                Property.Holds(before is { Access.CanLogIn: true, Identity: null }, "a login is one, and permitted");
                break;
            default:
                break;
        }
    }
}
