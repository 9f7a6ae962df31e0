using System.Collections.Immutable;

namespace ActorMail.Protocols.Smtp;

/// <summary>The replies to HELP (RFC 5321 §4.1.1.8), which teach by example what may be said.</summary>
internal static class SmtpHelp
{
    public static SmtpReply About(string topic, SmtpSettings settings)
    {
        var topics = Topics(settings);
        if (topic.Length == 0)
        {
            return Reply(settings,
            [
                "A session goes through these, from top to bottom:",
                .. topics.Select(it => $"  {it.Form,-34} {it.Meaning}"),
                "HELP with one of their names tells more",
            ]);
        }

        var verb = topic.Split(' ')[0];
        return topics.FirstOrDefault(it => it.Verb.Equals(verb, StringComparison.OrdinalIgnoreCase)) is { } found
            ? Reply(settings, [$"{found.Form}: {found.Meaning}", .. found.More])
            : SmtpReplies.Create(settings, 504, "5.5.4", "There is no help about that; HELP alone lists the commands");
    }

    private static SmtpReply Reply(SmtpSettings settings, ImmutableArray<string> lines) =>
        SmtpReplies.Create(settings, 214, "2.0.0", lines);

    private static ImmutableArray<Topic> Topics(SmtpSettings settings)
    {
        var domain = settings.DefaultDomain;
        Topic helo = new("HELO", "HELO hostname", "says who you are", $"Example: HELO {domain}");
        Topic ehlo = new("EHLO", "EHLO hostname", "says who you are, and asks what the server can do",
            $"Example: EHLO {domain}", "The address of a machine without a name: EHLO [127.0.0.1]",
            "HELO does the same for clients that know no extensions");
        Topic tls = new("STARTTLS", "STARTTLS", "goes on under TLS; say EHLO again behind it");
        Topic auth = new("AUTH", SmtpCommandParser.AuthForm, "logs in, where EHLO lists AUTH",
            "Example: AUTH PLAIN, then the base64 of NUL user NUL password",
            "AUTH LOGIN asks for user and password one after the other, both in base64", "A line * gives up");
        return
        [
            .. settings.IsBasic ? [helo] : (ImmutableArray<Topic>)[ehlo, helo, tls, auth],
            new("MAIL", SmtpCommandParser.MailForm, "begins a message and names its sender",
                $"Example: MAIL FROM:<alice@{domain}>", "No sender, as for a delivery report: MAIL FROM:<>",
                "May be followed by SIZE=octets and by BODY=7BIT or BODY=8BITMIME"),
            new("RCPT", SmtpCommandParser.RcptForm, "names a recipient; repeat it for each",
                $"Example: RCPT TO:<bob@{domain}>"),
            new("DATA", "DATA", "sends the message itself",
                "After 354 send header, blank line and text, then a line with a single dot",
                "A dot that begins a line of the text is sent twice"),
            new("QUIT", "QUIT", "ends the session"),
            new("RSET", "RSET", "forgets sender and recipients"),
            new("NOOP", "NOOP", "does nothing"),
            new("VRFY", SmtpCommandParser.VrfyForm, "is answered 252 for everybody; ask with RCPT"),
            new("HELP", "HELP [command]", "explains a command", "Example: HELP MAIL"),
        ];
    }

    private sealed record Topic(string Verb, string Form, string Meaning, params ImmutableArray<string> More);
}
