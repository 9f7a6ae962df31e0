using ActorMail.Actors.Auth;

namespace ActorMail.Server.Configuration;

/// <summary>
/// What the settings must agree on with each other, and what the RFCs ask for. Less than an RFC asks for is a warning:
/// a test may well want it.
/// </summary>
internal static class SettingsRules
{
    internal const string LockWaitKey = "actormail.pop3.lock-wait";

    public static void Check(SettingValues values, ServerSettings settings)
    {
        Combinations(values, settings);
        Tls(values, settings);
        Smtp(values, settings);
        Pop3(values, settings);
    }

    private static void Pop3(SettingValues values, ServerSettings settings)
    {
        if (settings.Pop3.Session.IdleTimeout < TimeSpan.FromMinutes(10))
            WarnIfSound(values, "actormail.pop3.idle-timeout", "RFC 1939 §3 asks for at least 10 minutes");
        const string answerKey = "actormail.pop3.answer-timeout";
        if (values.AreSound(LockWaitKey, answerKey) && settings.Pop3.Lock.Wait >= settings.Pop3.Session.AnswerTimeout)
            values.Refuse(LockWaitKey, $"is not shorter than {answerKey}, after which the session ends");
    }

    private static void Combinations(SettingValues values, ServerSettings settings)
    {
        if (settings is { IsBasic: true, Smtp.IsStrict: true })
            values.Refuse("actormail.smtp.strict", "does not go with profile = basic, which takes <bob> for a path");

        string[] timeouts = ["actormail.smtp.answer-timeout", "actormail.store.delivery-timeout"];
        if (values.AreSound(timeouts) && settings.Smtp.Session.AnswerTimeout <= settings.Mailboxes.DeliveryTimeout)
        {
            values.Warn(
                timeouts[0],
                $"is not longer than {timeouts[1]}: a client may hear 451 for mail that is stored, and send it twice");
        }
    }

    private static void Tls(SettingValues values, ServerSettings settings)
    {
        if (settings.Smtp.RequireTls)
            RequireTls("actormail.smtp.require-tls", "no mail could be sent");
        if (settings.Submission.RequireTls && !settings.SubmissionListeners.IsEmpty)
            RequireTls("actormail.submission.require-tls", "nobody could log in");
        var logsIn = settings.Pop3Listeners.Concat(settings.SubmissionListeners).Any();
        if (!settings.Tls.IsOn && settings.Auth.AllowPlaintext is PlaintextLogins.Nowhere && logsIn)
            values.Warn("actormail.auth.allow-plaintext", $"{TlsBinder.ModeKey} is off, too: nobody can log in");

        void RequireTls(string key, string consequence)
        {
            var obstacle = settings.IsBasic ? "profile = basic, which has no EHLO and so no STARTTLS"
                : settings.Tls.IsOn ? null
                : $"{TlsBinder.ModeKey} = off";
            if (obstacle is not null)
                values.Refuse(key, $"does not go with {obstacle}: {consequence}");
        }
    }

    private static void Smtp(SettingValues values, ServerSettings settings)
    {
        var smtp = settings.Smtp;
        if (smtp.FrontEnds.HasEveryAddress)
            values.Warn("actormail.smtp.xclient-from", "lets anybody pass for any client and any user");
        if (settings.Connections.ProxyProtocolFrom.HasEveryAddress)
            values.Warn("actormail.connections.proxy-protocol-from", "lets anybody pass for any client");
        if (smtp.MaxRecipients < 100)
            WarnIfSound(values, "actormail.smtp.max-recipients", "RFC 5321 §4.5.3.1.8 asks for at least 100");
        if (smtp.MaxMessageSize < 64 * 1_024)
            WarnIfSound(values, "actormail.smtp.max-message-size", "RFC 5321 §4.5.3.1.7 asks for at least 64 KiB");
        if (smtp.MaxReceivedFields < 100)
            WarnIfSound(values, "actormail.smtp.max-received-fields", "RFC 5321 §6.3 asks for at least 100");
        if (smtp.Session.IdleTimeout < TimeSpan.FromMinutes(5))
            WarnIfSound(values, "actormail.smtp.idle-timeout", "RFC 5321 §4.5.3.2.7 asks for at least 5 minutes");
        if (smtp.Session.DataTimeout < TimeSpan.FromMinutes(3))
            WarnIfSound(values, "actormail.smtp.data-timeout", "RFC 5321 §4.5.3.2.5 asks for at least 3 minutes");
    }

    /// <summary>A value that is no value at all was read as the smallest: it is not to be warned about, too.</summary>
    private static void WarnIfSound(SettingValues values, string key, string text)
    {
        if (values.AreSound(key))
            values.Warn(key, text);
    }
}
