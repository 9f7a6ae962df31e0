namespace ActorMail.Protocols.Smtp;

/// <summary>The replies to clients that want too much or behave badly. Each names the setting that says so.</summary>
public static class SmtpPolicyReplies
{
    /// <summary>In place of the greeting, which a client has to wait for (RFC 5321 §3.1).</summary>
    public static SmtpReply SpokeEarly(SmtpSettings settings) => SmtpReplies.CreateNamed(
        settings, 554, "5.7.1", "You spoke before the greeting (policy.refuse-early-talkers)");

    /// <summary>In place of the greeting.</summary>
    public static SmtpReply TooManyConnectionsPerMinute(SmtpSettings settings) => SmtpReplies.CreateNamed(
        settings, 421, "4.7.0",
        "Too many connections a minute from your address (policy.max-connections-per-minute), try again later");
}
