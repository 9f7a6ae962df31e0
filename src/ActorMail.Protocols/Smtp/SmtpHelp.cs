using System.Collections.Immutable;

namespace ActorMail.Protocols.Smtp;

/// <summary>The replies to HELP (RFC 5321 §4.1.1.8), which teach by example what may be said.</summary>
internal static class SmtpHelp
{
    public static SmtpReply About(string topic, SmtpDialog dialog)
    {
        var settings = dialog.Settings;
        var topics = Topics(settings);
        if (topic.Length == 0)
        {
            return Reply(settings,
            [
                "A session goes through these, from top to bottom:",
                .. topics.Select(it => $"  {it.Form,-34} {it.Meaning}"),
                "HELP with one of their names tells more",
                $"Now: {NowOf(dialog)}",
            ]);
        }

        var verb = topic.Split(' ')[0];
        return topics.FirstOrDefault(it => it.Verb.Equals(verb, StringComparison.OrdinalIgnoreCase)) is { } found
            ? Reply(settings, [$"{found.Form}: {found.Meaning}", .. found.More])
            : SmtpReplies.Create(settings, 504, "5.5.4", "There is no help about that; HELP alone lists the commands");
    }

    private static SmtpReply Reply(SmtpSettings settings, ImmutableArray<string> lines) =>
        SmtpReplies.Create(settings, 214, "2.0.0", lines);

    /// <summary>What would get somebody on with a message.</summary>
    private static string NowOf(SmtpDialog dialog)
    {
        var (settings, access) = (dialog.Settings, dialog.Access);
        return dialog switch
        {
            { HeloName: null } when !settings.IsBasic => $"{HelloOf(settings)} {SmtpSettings.ClientExample}",
            _ when settings.RequireTls && !access.IsSecure => "STARTTLS",
            { Identity: null } when settings.IsSubmission =>
                access is { CanLogIn: false, CanStartTls: true } ? "STARTTLS" : "AUTH",
            { Envelope: null } => SmtpCommandParser.MailForm,
            { Envelope.IsChunked: true } => "BDAT with more of the message, or RSET",
            { Envelope.Recipients.IsEmpty: true } => SmtpCommandParser.RcptForm,
            { Envelope.Parameters.Body: BodyKind.Binary } => $"{SmtpCommandParser.RcptForm}, or BDAT",
            _ => settings.IsBasic
                ? $"{SmtpCommandParser.RcptForm}, or DATA"
                : $"{SmtpCommandParser.RcptForm}, or DATA, or BDAT",
        };
    }

    private static string HelloOf(SmtpSettings settings) => settings.IsLmtp ? "LHLO" : "EHLO";

    private static ImmutableArray<Topic> Topics(SmtpSettings settings)
    {
        var domain = settings.DefaultDomain;
        return
        [
            .. Introductions(settings),
            .. Message(settings, domain),
            new("QUIT", "QUIT", "ends the session"),
            new("RSET", "RSET", "forgets sender and recipients"),
            new("NOOP", "NOOP", "does nothing"),
            .. Questions(settings, domain),
            new("HELP", "HELP [command]", "explains a command", "Example: HELP MAIL"),
        ];
    }

    private static IEnumerable<Topic> Introductions(SmtpSettings settings)
    {
        const string client = SmtpSettings.ClientExample;
        if (settings.IsBasic)
            return [new Topic("HELO", "HELO hostname", "says who you are", $"Example: HELO {client}")];

        var hello = HelloOf(settings);
        Topic first = new(hello, $"{hello} hostname", "says who you are, and asks what the server can do",
            $"Example: {hello} {client}", $"The address of a machine without a name: {hello} [127.0.0.1]");
        Topic tls = new("STARTTLS", "STARTTLS", $"goes on under TLS; say {hello} again behind it");
        Topic auth = new("AUTH", SmtpCommandParser.AuthForm, $"logs in, where {hello} lists AUTH",
            "Example: AUTH PLAIN, then the base64 of NUL user NUL password",
            "AUTH LOGIN asks for user and password one after the other, both in base64", "A line * gives up");
        return settings.IsLmtp
            ? [first, tls]
            : [
                first with { More = first.More.Add("HELO does the same for clients that know no extensions") },
                new Topic("HELO", "HELO hostname", "says who you are", $"Example: HELO {client}"), tls, auth,
            ];
    }

    private static IEnumerable<Topic> Message(SmtpSettings settings, string domain)
    {
        Topic mail = new("MAIL", SmtpCommandParser.MailForm, "begins a message and names its sender",
            $"Example: MAIL FROM:<alice@{domain}>", "No sender, as for a delivery report: MAIL FROM:<>");
        Topic rcpt = new("RCPT", SmtpCommandParser.RcptForm, "names a recipient; repeat it for each",
            $"Example: RCPT TO:<bob@{domain}>");
        Topic data = new("DATA", "DATA", "sends the message itself",
            "After 354 send header, blank line and text, then a line with a single dot",
            "A dot that begins a line of the text is sent twice");
        if (settings.IsBasic)
        {
            return
            [
                mail with { More = mail.More.Add("May be followed by SIZE=octets and by BODY=7BIT or BODY=8BITMIME") },
                rcpt, data,
            ];
        }

        return
        [
            mail with
            {
                More = mail.More.AddRange(
                    "May be followed by SIZE=octets; by BODY=7BIT, 8BITMIME or BINARYMIME; by SMTPUTF8, for addresses",
                    "beyond ASCII; and by RET=FULL or RET=HDRS and ENVID=name, for delivery reports"),
            },
            rcpt with
            {
                More = rcpt.More.AddRange(
                    "May be followed by NOTIFY=NEVER or some of SUCCESS,FAILURE,DELAY, and by ORCPT=rfc822;address"),
            },
            data,
            new("BDAT", SmtpCommandParser.BdatForm, "sends a part of the message as it is",
                "Example: BDAT 86, and then 86 octets, all of them content; BDAT 0 LAST ends the message",
                "It takes the place of DATA: no dot ends anything, and no octet is changed"),
        ];
    }

    private static IEnumerable<Topic> Questions(SmtpSettings settings, string domain)
    {
        if (!settings.VerifiesForUsers || settings.IsBasic)
            return [new("VRFY", SmtpCommandParser.VrfyForm, "is answered 252 for everybody; ask with RCPT")];

        return
        [
            new("VRFY", SmtpCommandParser.VrfyForm, "tells who has logged in whether there is such a mailbox",
                $"Example: VRFY bob@{domain}"),
            new("EXPN", SmtpCommandParser.ExpnForm, "tells who has logged in where mail to an alias goes",
                $"Example: EXPN sales@{domain}"),
        ];
    }

    private sealed record Topic(string Verb, string Form, string Meaning, params ImmutableArray<string> More);
}
