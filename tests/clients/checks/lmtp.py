"""Programs that deliver by LMTP (RFC 2033), on TCP and on a Unix socket: an answer for each recipient."""
import fcntl
import smtplib

from lib import delivery, mail
from lib.delivery import ANN, BOB, NOBODY, address
from lib.registry import check, equal, expect
from lib.server import until
from lib.wire import Smtp, fetch_all

WAYS = ("lmtp", "lmtp-socket")


# R2033-4.1-a R2033-4.2-b
@check
def swaks_delivers_by_lmtp(context):
    server = delivery.start(context)
    for count, (way, target) in enumerate(zip(WAYS, ("--server", "--socket")), start=1):
        endpoint = server.endpoints[way]
        said = context.run(context.tool("swaks"), "--protocol", "LMTP", target,
                           address(endpoint) if target == "--server" else endpoint, "--from", "sender@example.net",
                           "--to", f"{ANN},{BOB}", "--lhlo", "front.example", "--body", f"By {way}\n.\n..").decode()
        expect(" LHLO front.example" in said, "swaks says no LHLO")
        for user in (ANN, BOB):
            found = server.stored(user)
            equal(len(found), count, f"messages of {user} by {way}")
            expect(found[-1].rstrip().endswith(f"By {way}\r\n.\r\n..".encode()), f"{user} has {found[-1][-80:]!r}")
            expect(" with LMTP id " in delivery.field(found[-1], "Received"), "the field does not say LMTP")
    context.run(context.tool("swaks"), "--protocol", "LMTP", "--socket", server.endpoints["lmtp-socket"], "--from",
                "sender@example.net", "--to", NOBODY, fails=True)


class Replies(smtplib.LMTP):
    """smtplib, which knows LMTP but for the replies behind the final dot: it reads one of them."""

    def rest(self, count):
        return [self.getreply()[0] for _ in range(count)]


# R2033-4.2-b
@check
def smtplib_gets_an_answer_for_each_recipient(context):
    """One recipient is unknown, and one has no room: his file is locked, and no more may wait for it."""
    server = delivery.start(context, {"actormail.store.max-unapplied": "1"})
    for way in WAYS:
        first, second, third = (f"{way}-{number}" for number in range(3))
        by_hand(server, way, first, [BOB], [250])
        with open(server.mailbox(BOB), "r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            by_hand(server, way, second, [BOB], [250])
            by_hand(server, way, third, [ANN, BOB], [250, 452])
        wanted = [f"{one}-{number}" for one in WAYS[:WAYS.index(way) + 1] for number in range(2)]
        until(lambda names=wanted: delivery.names(server, BOB) == names, 30, "bob's mail in his file")
        equal(delivery.names(server, ANN)[-1], third, "ann's last mail")
        equal([mail.ident_of(raw) for raw in fetch_all(server, BOB, delivery.password_of(BOB))], wanted,
              "bob's mail by POP3")
    equal(len(server.stored(ANN)), len(WAYS), "ann's mails")


def by_hand(server, way, name, users, wanted):
    """A mail to these and to nobody; the codes behind the dot."""
    endpoint = server.endpoints[way]
    client = Replies(endpoint, timeout=60) if way == "lmtp-socket" else Replies(*endpoint, timeout=60)
    with client as lmtp:
        refused = lmtp.sendmail("sender@example.net", [*users[:1], NOBODY, *users[1:]], mail.make(name))
        equal({user: reply[0] for user, reply in refused.items()}, {NOBODY: 550}, f"recipients of {name} refused")
        equal([wanted[0], *lmtp.rest(len(users) - 1)], wanted, f"the replies to {name}")


# D11
@check
def smtplib_delivers_a_large_mail_by_lmtp(context):
    server, raw = delivery.start(context), mail.make("lmtp-large", 5_000_000)
    with smtplib.LMTP(server.endpoints["lmtp-socket"], timeout=60) as lmtp:
        equal(lmtp.sendmail("sender@example.net", [ANN], raw), {}, "recipients refused")
    equal([mail.ident_of(one) for one in fetch_all(server, ANN, delivery.password_of(ANN))], ["lmtp-large"], "mails")


# R2033-4.2-b R3030-2-b R3030-3-b
@check
def lmtp_answers_chunks_for_each_recipient(context):
    server, octets = delivery.start(context), b"Subject: chunks\r\n\r\n" + bytes(range(256)) * 4
    for way in WAYS:
        with Smtp(server, listener=way) as lmtp:
            lmtp.say("LHLO front.example", 250)
            lmtp.say("MAIL FROM:<a@example.net> BODY=BINARYMIME", 250)
            for user, code in ((ANN, 250), (NOBODY, 550), (BOB, 250)):
                lmtp.say(f"RCPT TO:<{user}>", code)
            lmtp.chunk(octets[:100])
            equal(lmtp.reply()[0], 250, "the reply to a chunk that is not the last")
            lmtp.chunk(octets[100:], last=True)
            equal([lmtp.reply()[0] for _ in range(2)], [250, 250], "the replies to the last chunk")
            lmtp.say("QUIT", 221)
    for user in (ANN, BOB):
        found = fetch_all(server, user, delivery.password_of(user))
        equal(len(found), len(WAYS), f"messages of {user}")
        expect(all(raw.removesuffix(b"\r\n").endswith(octets) for raw in found), f"{user} has other octets")


# R2033-4.1-a
@check
def lmtp_and_smtp_are_not_taken_for_each_other(context):
    server = delivery.start(context)
    for listener, wrong, right in (("lmtp", "EHLO", "LHLO"), ("lmtp-socket", "HELO", "LHLO"), ("smtp", "LHLO", "EHLO")):
        with Smtp(server, listener=listener) as session:
            expect(session.ask(f"{wrong} client.example") // 100 == 5, f"{wrong} was taken on {listener}")
            expect(session.ask("MAIL FROM:<a@example.net>") // 100 == 5, f"MAIL behind {wrong} on {listener}")
            session.say(f"{right} client.example", 250)
            session.say("QUIT", 221)
