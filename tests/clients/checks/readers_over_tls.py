"""Programs that fetch mail with a password, over STLS and over TLS from the start, by every mechanism they speak."""
import os

from checks.debian_readers import names_of, on_terminal, split_saved
from lib import mail
from lib.registry import check, equal
from lib.wire import Pop, Smtp

STLS, TLS = WAYS = ("pop3", "pop3s")
COUNT = 3


class Reader:
    """What a check of one program needs: its account and the mail in it."""

    def __init__(self, context, program):
        self.context, self.program, self.server = context, program, context.secure()
        self.user, self.password = context.account(program)
        self.authority, self.folder, self.sent = context.authority(), context.folder(program), 0

    def fill(self):
        """Delivers some mails; their names."""
        names = [f"{self.program}-{self.sent + number}" for number in range(COUNT)]
        self.sent += COUNT
        with Smtp(self.server) as smtp:
            smtp.say("EHLO client.example", 250)
            for name in names:
                equal(smtp.deliver(mail.make(name, 2000), self.user), 250, "the reply to the final dot")
            smtp.say("QUIT", 221)
        return names

    def left(self):
        """The names of the mails on the server, by STLS and a password."""
        with Pop(self.server) as pop:
            pop.ok("STLS")
            pop.secure(self.authority.context())
            pop.ok(f"USER {self.user}")
            pop.ok(f"PASS {self.password}")
            names = names_of(pop.fetch_all())
            pop.ok("QUIT")
        return names

    def port(self, listener):
        return str(self.server.endpoints[listener][1])

    def write(self, name, text):
        """A file for this program's eyes only."""
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(text)
        return path


@check
def curl_reads_with_a_password(context):
    reader = Reader(context, "curl-in")
    names = reader.fill()

    def curl(listener, mechanism, path, *more, password=reader.password, fails=False):
        return context.run(context.tool("curl"), "-sS", f"{listener}://localhost:{reader.port(listener)}/{path}",
                           "--ssl-reqd", "--cacert", reader.authority.certificate, "--user",
                           f"{reader.user}:{password}", "--login-options", f"AUTH={mechanism}", *more, fails=fails)

    for listener in WAYS:
        for mechanism in ("PLAIN", "LOGIN", "*"):
            found = [curl(listener, mechanism, number) for number in range(1, COUNT + 1)]
            equal(names_of(found), names, f"mails that curl reads by {listener} and {mechanism}")
    for mechanism in ("PLAIN", "LOGIN"):
        curl(STLS, mechanism, "1", password="wrong", fails=True)
    curl(TLS, "PLAIN", "2", "-I", "-X", "DELE")
    equal(reader.left(), [names[0], names[2]], "mails left after DELE 2")


@check
def mpop_fetches_with_a_password(context):
    reader = Reader(context, "mpop-in")

    def mpop(listener, mechanism, inbox, password=reader.password, fails=False):
        context.run(context.tool("mpop"), "--host=localhost", f"--port={reader.port(listener)}",
                    f"--user={reader.user}", f"--passwordeval=echo {password}", f"--auth={mechanism}", "--tls=on",
                    f"--tls-starttls={'on' if listener == STLS else 'off'}", "--keep=off", "--received-header=off",
                    f"--tls-trust-file={reader.authority.certificate}", f"--delivery=mbox,{inbox}",
                    f"--uidls-file={reader.folder}/uidls", fails=fails)

    for listener in WAYS:
        for mechanism in ("user", "plain", "login", "scram-sha-1", "scram-sha-256", "on"):
            names, inbox = reader.fill(), os.path.join(reader.folder, f"{listener}-{mechanism}")
            mpop(listener, mechanism, inbox)
            equal(names_of(split_saved(inbox)), sorted(names), f"mails that mpop fetches by {listener} and {mechanism}")
    names = reader.fill()
    for mechanism in ("user", "plain", "scram-sha-256"):
        mpop(STLS, mechanism, os.path.join(reader.folder, "wrong"), password="wrong", fails=True)
    equal(reader.left(), sorted(names), "mails left after wrong passwords")


@check
def fetchmail_fetches_with_a_password(context):
    reader = Reader(context, "fetchmail-in")

    def fetchmail(listener, inbox, password=reader.password, fails=False):
        tls = "ssl sslproto TLS1.2+" if listener == TLS else "sslproto TLS1.2+"
        control = reader.write("rc", f'poll localhost port {reader.port(listener)} proto POP3 auth password uidl\n'
                               f'  user "{reader.user}" password "{password}" {tls} fetchall nokeep\n'
                               f'  sslcertck sslcertfile "{reader.authority.certificate}"\n  mda "/bin/sh -c \''
                               f'echo From fetchmail Tue Nov 24 00:00:00 2026; cat; echo\' >>{inbox}"\n')
        context.run(context.tool("fetchmail"), "-f", control, "--nosyslog", "--nodetach", "--norewrite", "--invisible",
                    "--pidfile", f"{reader.folder}/pid", "-i", f"{reader.folder}/ids", fails=fails,
                    env={"FETCHMAILHOME": reader.folder})

    for listener in WAYS:
        names, inbox = reader.fill(), os.path.join(reader.folder, listener)
        fetchmail(listener, inbox)
        equal(names_of(split_saved(inbox)), names, f"mails that fetchmail fetches by {listener}")
    names = reader.fill()
    fetchmail(STLS, os.path.join(reader.folder, "wrong"), password="wrong", fails=True)
    equal(reader.left(), names, "mails left after a wrong password")


@check
def mutt_reads_with_a_password(context):
    """Left to choose it takes SCRAM-SHA-256-PLUS, which Debian's GNU SASL cannot finish, and loses step then."""
    reader = Reader(context, "mutt-in")
    names, user = reader.fill(), reader.user.replace("@", "%40")
    os.mkdir(os.path.join(reader.folder, "Mail"))
    for listener in WAYS:
        for mechanism in ("user", "plain", "login", "scram-sha-1", "scram-sha-256"):
            out = os.path.join(reader.folder, f"{listener}-{mechanism}")
            keys = f"<tag-pattern>~A<enter><tag-prefix><pipe-message>cat >>{out}<enter><exit>"
            settings = ["pipe_split=yes", "wait_key=no", "sleep_time=0", "pipe_decode=no", "ssl_starttls=yes",
                        "ssl_force_tls=yes",
                        f"tmpdir={reader.folder}", f"certificate_file={reader.authority.certificate}",
                        f"pop_authenticators={mechanism}"]
            scheme = "pop" if listener == STLS else "pops"
            on_terminal([context.tool("mutt"), "-n", "-F", "/dev/null", "-R",
                         *(word for setting in settings for word in ("-e", f"set {setting}")), "-e", f'push "{keys}"',
                         "-f", f"{scheme}://{user}:{reader.password}@localhost:{reader.port(listener)}/"],
                        reader.folder, 60)
            with open(out, "rb") as file:
                found = [line.split()[1].decode() for line in file if line.startswith(b"X-Check-Id:")]
            equal(found, names, f"mails that mutt reads by {listener} and {mechanism}")
