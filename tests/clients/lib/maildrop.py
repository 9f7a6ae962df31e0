"""A maildrop whose mails are awkward for POP3, and the three ways of a client to it."""
import json
import os

from lib import mail
from lib.registry import equal, expect
from lib.wire import Pop, Smtp

PLAIN, STLS, TLS = WAYS = ("plain", "stls", "tls")
WRONG = "wrong"

# Dots at the beginning of lines (RFC 1939 §3), octets above 127, the longest line of RFC 5321 §4.5.3.1.6, no body.
BODIES = {
    "dots": b".\r\n..\r\n...\r\n.dot\r\n..two dots\r\n\r\n.\r\n",
    "eightbit": "Grüße, 日本語\r\n".encode() + bytes(range(128, 256)) + b"\r\n",
    "long": b"x" * 998 + b"\r\n" + b"." * 998 + b"\r\n",
    "empty": b"",
    "usual": b"Some text.\r\n" * 100,
}


class Maildrop:
    """What one program sees: its account on the permissive server, and the mails in it."""

    def __init__(self, context, program):
        self.context, self.program, self.server = context, program, context.permissive()
        self.user, self.password = context.account(program, self.server)
        self.authority, self.folder, self._filled = context.authority(), context.folder(program), 0

    def port(self, way):
        return self.server.endpoints["pop3s" if way == TLS else "pop3"][1]

    def fill(self):
        """Delivers one mail of each kind; their names, in the order of the maildrop."""
        self._filled += 1
        names = [f"{self.program}-{kind}-{self._filled}" for kind in BODIES]
        with Smtp(self.server) as smtp:
            smtp.say("EHLO client.example", 250)
            for name, body in zip(names, BODIES.values()):
                equal(smtp.deliver(mail.wrap(name, body), self.user), 250, "the reply to the final dot")
            smtp.say("QUIT", 221)
        return names

    def left(self):
        """The names of what is there, in its order; nothing is left afterwards."""
        with Pop(self.server, self.user, self.password) as pop:
            names = [mail.ident_of(raw) for raw in pop.fetch_all()]
            for number in range(1, len(names) + 1):
                pop.ok(f"DELE {number}")
            pop.ok("QUIT")
        return names

    def write(self, name, text):
        """A file for this program's eyes only."""
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(text)
        return path


def judge(drop, way, names, session):
    """
    Of a library: its session says what it was told, and has deleted the second mail after an RSET took back two DELEs.
    """
    told, what = json.loads(session), f"{drop.program}, {way}"
    mails = [bytes.fromhex(octets) for octets in told["mails"]]
    expect(told["refused"], f"{what}: a wrong password logs in")
    equal([mail.ident_of(raw) for raw in mails], names, f"{what}: mails by RETR")
    equal(told["sizes"], [len(raw) for raw in mails], f"{what}: sizes by LIST")
    equal(told["count"], len(names), f"{what}: messages by STAT")
    if "uidl" in told:
        equal(len(set(told["uidl"])), len(names), f"{what}: different unique ids")
    head, _, body = bytes.fromhex(told["top"]).partition(b"\r\n\r\n")
    expect(names[0].encode() in head and body.rstrip(b"\r\n") == b".", f"{what}: TOP 1 1 gives {head + body!r}")
    equal(told["reset"], len(names), f"{what}: messages after RSET")
    equal(drop.left(), [names[0], *names[2:]], f"{what}: mails left")
