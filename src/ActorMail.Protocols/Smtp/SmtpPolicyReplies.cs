using System.Globalization;
using System.Net;

namespace ActorMail.Protocols.Smtp;

/// <summary>The replies to clients that want too much or behave badly. Each names the setting that says so.</summary>
public static class SmtpPolicyReplies
{
    /// <summary>In place of the greeting, which a client has to wait for (RFC 5321 §3.1).</summary>
    public static SmtpReply SpokeEarly(SmtpSettings settings) => SmtpReplies.CreateNamed(
        settings, 554, "5.7.1", "You spoke before the greeting (policy.refuse-early-talkers)");

    /// <summary>To MAIL or RCPT.</summary>
    public static SmtpReply TooOften(SmtpSettings settings, string setting, int perMinute) => SmtpReplies.Create(
        settings, 450, "4.7.1",
        string.Create(
            CultureInfo.InvariantCulture, $"Too many in a minute ({setting} = {perMinute}), try again later"));

    /// <summary>Behind the reply to the command that was one too many.</summary>
    public static SmtpReply TooManyErrors(SmtpSettings settings, string setting, int perMinute) =>
        SmtpReplies.CreateNamed(
            settings, 421, "4.7.0",
            string.Create(
                CultureInfo.InvariantCulture, $"Too many errors in a minute ({setting} = {perMinute}), closing"));

    /// <summary>To HELO or EHLO.</summary>
    /// <param name="reason">Names the setting.</param>
    public static SmtpReply BadName(SmtpSettings settings, string reason) =>
        SmtpReplies.Create(settings, 550, "5.7.1", reason);

    /// <summary>To RCPT; what a list has to say of an address is found in its own pages.</summary>
    public static SmtpReply Listed(SmtpSettings settings, IPAddress client, string zone, IPAddress answer) =>
        SmtpReplies.Create(
            settings, 550, "5.7.1", $"{client} is listed by {zone} as {answer} (policy.dns.block-lists)");

    /// <summary>In place of the greeting.</summary>
    public static SmtpReply TooManyConnectionsPerMinute(SmtpSettings settings) => SmtpReplies.CreateNamed(
        settings, 421, "4.7.0",
        "Too many connections a minute from your address (policy.max-connections-per-minute), try again later");
}
