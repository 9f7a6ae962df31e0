"""Programs that send mail with a password, over STARTTLS and over TLS from the start, by every mechanism they speak."""
import os
import smtplib

from lib import mail
from lib.postfix import Postfix
from lib.registry import check, equal, expect
from lib.server import until

STARTTLS, TLS = WAYS = ("submission", "submissions")


class Sender:
    """What a check of one program needs: its account, and the letters it sent."""

    def __init__(self, context, program):
        self.context, self.program, self.server = context, program, context.secure()
        self.user, self.password = context.account(program)
        self.authority, self.folder, self.names = context.authority(), context.folder(program), []

    def letter(self, *words, sender=None):
        """A letter from the user to himself whose name has these words: its octets."""
        name = "-".join((self.program, *words))
        self.names.append(name)
        return mail.make(name, sender=sender or self.user)

    def file(self, raw):
        path = os.path.join(self.folder, "mail.eml")
        with open(path, "wb") as file:
            file.write(raw)
        return path

    def port(self, listener):
        return str(self.server.endpoints[listener][1])

    def all_came(self, protocol=b"ESMTPSA"):
        """Every letter is there, whole; our Received field names TLS and the login (RFC 3848)."""
        found = until(lambda: len(stored := self.server.stored(self.user)) >= len(self.names) and stored, 60,
                      f"{len(self.names)} letters of {self.program}")
        equal(sorted(mail.ident_of(one) for one in found), sorted(self.names), "letters that came")
        for one in found:
            head = one.partition(b"\r\n\r\n")[0]
            expect(b" with " + protocol + b" " in head.replace(b"\r\n\t", b" "), f"no {protocol} in {head[:300]!r}")

    def none_more(self):
        equal(len(self.server.stored(self.user)), len(self.names), "letters after a wrong password")


@check
def swaks_sends_with_a_password(context):
    sender = Sender(context, "swaks")

    def swaks(listener, mechanism, raw, password=sender.password, fails=False):
        context.run(context.tool("swaks"), "--server", "localhost", "--port", sender.port(listener),
                    "--tls" if listener == STARTTLS else "--tls-on-connect", "--tls-verify", "--tls-ca-path",
                    sender.authority.certificate, "--auth", mechanism, "--auth-user", sender.user, "--auth-password",
                    password, "--from", sender.user, "--to", sender.user, "--data", "@" + sender.file(raw), fails=fails)

    for listener in WAYS:
        for mechanism in ("PLAIN", "LOGIN"):
            swaks(listener, mechanism, sender.letter(listener, mechanism).removesuffix(b"\r\n"))
    sender.all_came()
    for mechanism in ("PLAIN", "LOGIN"):
        swaks(STARTTLS, mechanism, b"Subject: x\r\n\r\nx\r\n", "wrong", fails=True)
    sender.none_more()


@check
def msmtp_sends_with_a_password(context):
    sender = Sender(context, "msmtp")

    def msmtp(listener, mechanism, raw, password=sender.password, fails=False):
        context.run(context.tool("msmtp"), "--host=localhost", "--port=" + sender.port(listener), "--tls=on",
                    f"--tls-starttls={'on' if listener == STARTTLS else 'off'}", f"--auth={mechanism}",
                    f"--tls-trust-file={sender.authority.certificate}", f"--user={sender.user}",
                    f"--passwordeval=echo {password}", f"--from={sender.user}", sender.user,
                    text=raw.replace(b"\r\n", b"\n"), fails=fails)

    offered = context.run(context.tool("msmtp"), "--version").decode()
    known = offered[offered.index("authentication methods:"):].split("\n")[1].split()
    mechanisms = [name for name in ("scram-sha-256", "scram-sha-1", "scram-sha-256-plus", "plain", "login", "on")
                  if name in known or name == "on"]
    for listener in WAYS:
        for mechanism in mechanisms:
            msmtp(listener, mechanism, sender.letter(listener, mechanism))
    sender.all_came()
    for mechanism in mechanisms:
        msmtp(TLS, mechanism, b"Subject: x\r\n\r\nx\r\n", "wrong", fails=True)
    sender.none_more()


@check
def curl_sends_with_a_password(context):
    sender = Sender(context, "curl-out")

    def curl(listener, mechanism, raw, password=sender.password, fails=False):
        scheme = "smtp" if listener == STARTTLS else "smtps"
        context.run(context.tool("curl"), "-sS", f"{scheme}://localhost:{sender.port(listener)}/client.example",
                    "--ssl-reqd", "--cacert", sender.authority.certificate, "--user", f"{sender.user}:{password}",
                    "--login-options", f"AUTH={mechanism}", "--mail-from", sender.user, "--mail-rcpt", sender.user,
                    "--upload-file", sender.file(raw), fails=fails)

    for listener in WAYS:
        for mechanism in ("PLAIN", "LOGIN", "*"):
            curl(listener, mechanism, sender.letter(listener, mechanism))
    sender.all_came()
    curl(STARTTLS, "PLAIN", b"Subject: x\r\n\r\nx\r\n", "wrong", fails=True)
    sender.none_more()


@check
def s_nail_sends_with_a_password(context):
    sender = Sender(context, "s-nail-out")

    def s_nail(listener, mechanism, name, password=sender.password, fails=False):
        scheme = "submission" if listener == STARTTLS else "submissions"
        user = sender.user.replace("@", "%40")
        context.run(context.tool("s-nail"), "-:/", "-S", "v15-compat", "-S", f"smtp-auth={mechanism}", "-S",
                    f"tls-ca-file={sender.authority.certificate}", "-S", "tls-verify=strict", "-S", "smtp-use-starttls",
                    "-S", f"mta={scheme}://{user}:{password}@localhost:{sender.port(listener)}", "-S", "sendwait",
                    "-S", f"from={sender.user}", "-S", "hostname=client.example", "-S", "save=", "-s", name,
                    sender.user, text=b"Text\n", fails=fails)

    names = [f"{listener} {mechanism}" for listener in WAYS for mechanism in ("plain", "login")]
    for name in names:
        s_nail(*name.split(), name)
    found = until(lambda: len(stored := sender.server.stored(sender.user)) == len(names) and stored, 60, "its mails")
    for name, one in zip(names, found):
        expect(f"\r\nSubject: {name}\r\n".encode() in one, f"{name!r} is not in {one!r}")
    s_nail(STARTTLS, "plain", "wrong", "wrong", fails=True)
    equal(len(sender.server.stored(sender.user)), len(names), "letters after a wrong password")


@check
def mutt_sends_with_a_password(context):
    sender = Sender(context, "mutt-out")

    def mutt(listener, mechanism, raw, password=sender.password, fails=False):
        scheme, user = "smtp" if listener == STARTTLS else "smtps", sender.user.replace("@", "%40")
        settings = [f"set smtp_url={scheme}://{user}:{password}@localhost:{sender.port(listener)}/",
                    f"set certificate_file={sender.authority.certificate}", "set ssl_starttls=yes",
                    "set ssl_force_tls=yes", f"set from={sender.user}", "set use_envelope_from=yes", "set copy=no",
                    "set hostname=client.example", f"set smtp_authenticators={mechanism}"]
        options = [word for setting in settings for word in ("-e", setting)]
        context.run(context.tool("mutt"), "-n", "-F", "/dev/null", *options, "-H", sender.file(raw), text=b"",
                    env={"TERM": "vt100"}, fails=fails)

    head = f"From: {sender.user}\nTo: {sender.user}\nSubject: ".encode()
    count = 0
    for listener in WAYS:
        for mechanism in ("plain", "login", "scram-sha-1", "scram-sha-256"):
            count += 1
            mutt(listener, mechanism, head + mechanism.encode() + b"\n\nText\n")
            equal(len(sender.server.stored(sender.user)), count, "mails of mutt")
    mutt(TLS, "plain", head + b"x\n\nText\n", "wrong", fails=True)
    equal(len(sender.server.stored(sender.user)), count, "letters after a wrong password")


@check
def python_sends_with_a_password(context):
    sender = Sender(context, "smtplib")

    def connect(listener):
        port, trust = sender.server.endpoints[listener][1], sender.authority.context()
        if listener == TLS:
            return smtplib.SMTP_SSL("localhost", port, timeout=60, context=trust)
        smtp = smtplib.SMTP("localhost", port, timeout=60)
        smtp.starttls(context=trust)
        return smtp

    for listener in WAYS:
        for mechanism in ("plain", "login"):
            for initial in (True, False):
                with connect(listener) as smtp:
                    smtp.user, smtp.password = sender.user, sender.password
                    smtp.ehlo()
                    smtp.auth(mechanism.upper(), getattr(smtp, f"auth_{mechanism}"), initial_response_ok=initial)
                    raw = sender.letter(listener, mechanism, "at-once" if initial else "asked")
                    smtp.sendmail(sender.user, sender.user, raw)
    sender.all_came()
    with connect(STARTTLS) as smtp:
        try:
            smtp.login(sender.user, "wrong")
        except smtplib.SMTPAuthenticationError as refused:
            equal((refused.smtp_code, refused.smtp_error[:5]), (535, b"5.7.8"), "the refusal")
        else:
            raise AssertionError("a wrong password logs in")


@check
def nodemailer_sends_with_a_password(context):
    sender = Sender(context, "nodemailer")
    script = node_script(context, "send.mjs")

    def node(listener, mechanism, raw, password=sender.password, fails=False):
        context.run(context.tool("node"), script, listener, sender.port(listener), mechanism, sender.user, password,
                    sender.authority.certificate, text=raw, fails=fails)

    for listener in WAYS:
        for mechanism in ("PLAIN", "LOGIN"):
            node(listener, mechanism, sender.letter(listener, mechanism))
    sender.all_came()
    node(TLS, "PLAIN", b"Subject: x\r\n\r\nx\r\n", "wrong", fails=True)
    sender.none_more()


def node_script(context, name):
    """A script of tests/clients/node beside its packages, which npm installs into a folder of this run."""
    source, folder = os.path.join(context.root, "tests", "clients", "node"), context.folder("node")
    for file in os.listdir(source):
        if file != "node_modules":
            with open(os.path.join(source, file), "rb") as original, open(os.path.join(folder, file), "wb") as copy:
                copy.write(original.read())
    context.run(context.tool("npm"), "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund",
                timeout=120)
    return os.path.join(folder, name)


@check
def postfix_submits_with_a_password(context):
    sender, routes = Sender(context, "postfix-out"), {}
    for listener in WAYS:
        for mechanism in ("plain", "login", "scram-sha-1", "scram-sha-256"):
            routes[f"postfix-out-{listener}-{mechanism}"] = sender.server.endpoints[listener], {
                "smtp_sasl_auth_enable": "yes",
                "smtp_sasl_mechanism_filter": mechanism,
                "smtp_tls_security_level": "secure",
                "smtp_tls_wrappermode": "yes" if listener == TLS else "no",
            }
    with Postfix(context, routes) as postfix:
        postfix.password(sender.user, sender.password)
        for name in routes:
            postfix.submit(sender.letter(name.removeprefix("postfix-out-")), sender.user, sender.user)
        postfix.hands_over(len(routes))
    sender.all_came()


@check
def postfix_hands_over_with_tls_required(context):
    """As another mail server does: to port 25, without a login."""
    sender = Sender(context, "postfix-mx")
    with Postfix(context, {"postfix-mx-in": (sender.server.smtp, {"smtp_tls_security_level": "encrypt"})}) as postfix:
        postfix.submit(sender.letter("in", sender="sender@example.net"), "sender@example.net", sender.user)
        postfix.hands_over(1)
    sender.all_came(b"ESMTPS")
