using System.Buffers;
using ActorMail.Actors.Net;
using ActorMail.Protocols.Smtp;

namespace ActorMail.Actors.Smtp;

/// <summary>What a client hears whose session ends before it wants to, or does not begin.</summary>
public static class SmtpFarewells
{
    /// <summary>The line for a client that gets no session.</summary>
    public static ReadOnlyMemory<byte> LineFor(Refusal refusal, SmtpSettings settings)
    {
        var line = new ArrayBufferWriter<byte>();
        ReplyTo(refusal, settings).WriteTo(line);
        return line.WrittenMemory;
    }

    internal static SmtpReply ReplyTo(Refusal refusal, SmtpSettings settings) => refusal switch
    {
        Refusal.ServerFull => SmtpReplies.TooManyConnections(settings),
        Refusal.TooOften => SmtpPolicyReplies.TooManyConnectionsPerMinute(settings),
        _ => SmtpReplies.TooManyConnectionsFromAddress(settings),
    };

    internal static SmtpReply ReplyTo(Farewell reason, SmtpSettings settings) => reason switch
    {
        Farewell.TimedOut => SmtpReplies.TimedOut(settings),
        Farewell.BareLineFeed => SmtpReplies.BareLineFeed(settings),
        Farewell.SessionTooLong => SmtpReplies.SessionTooLong(settings),
        Farewell.TooManyCommands => SmtpReplies.TooManyCommands(settings),
        Farewell.TooManyErrors => SmtpReplies.TooManyErrors(settings),
        Farewell.TlsOnPlainPort => SmtpReplies.TlsOnPlainPort(settings),
        Farewell.SpokeEarly => SmtpPolicyReplies.SpokeEarly(settings),
        Farewell.ShuttingDown => SmtpReplies.ShuttingDown(settings),
        _ => SmtpReplies.Failed(settings),
    };
}
