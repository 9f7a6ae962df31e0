"""The server is killed, ended or starved: what was acknowledged stays, whole and once."""
import random
import signal
import threading

from lib import mail
from lib.load import Senders
from lib.registry import check, equal, expect
from lib.server import until
from lib.wire import Pop, Smtp, fetch_all

ROUNDS = 5


def verify(server, acknowledged, what):
    """Each acknowledged mail is in each of its mailboxes once, by the file and by POP3; nothing is torn."""
    for user in sorted({user for users in acknowledged.values() for user in users}):
        wanted = [name for name, users in acknowledged.items() if user in users]
        by_pop = [mail.ident_of(raw) for raw in fetch_all(server, user)]
        fault = mail.doubled_or_lost(by_pop, wanted)
        expect(fault is None, f"{what}: {user} over POP3: {fault}")
        in_file = [mail.ident_of(raw) for raw in server.stored(user)]
        equal(in_file, by_pop, f"{what}: names in the file of {user} against POP3")


# D8
@check
def fifty_senders_and_each_mail_exactly_once(context):
    server = context.fresh()
    users = [f"load-{number}@example.org" for number in range(4)]
    senders = Senders(server, 50, users, quota=20).start()
    senders.join()
    equal(len(senders.acknowledged), 1000, f"mails acknowledged ({senders.faults[:1]})")
    verify(server, senders.acknowledged, "after 1,000 mails")


# D1 D2 R5321-6.1-a
@check
def kill_9_loses_nothing_acknowledged(context):
    server, acknowledged, dice = context.fresh(), {}, random.Random()
    users = [f"kill-{number}@example.org" for number in range(3)]
    for turn in range(ROUNDS):
        senders = Senders(server, 8, users, prefix=f"round-{turn}", size=lambda: dice.choice((300, 3000, 400_000)))
        senders.start()
        until(lambda: len(senders.acknowledged) >= 20 + dice.randrange(60), 60, "acknowledged mails")
        server.kill()
        senders.join()
        acknowledged.update(senders.acknowledged)
        server.start()
        verify(server, acknowledged, f"round {turn + 1}")


# D9 R5321-3.8-b
@check
def sigterm_under_load_drains_and_loses_nothing(context):
    server = context.fresh()
    users = ["term-1@example.org", "term-2@example.org"]
    with Smtp(server) as idle:
        idle.say("EHLO client.example", 250)
        senders = Senders(server, 10, users).start()
        until(lambda: len(senders.acknowledged) >= 100, 60, "100 acknowledged mails")
        server.signal(signal.SIGTERM)
        equal(idle.reply()[0], 421, "what an idle session hears")
        equal(server.wait(10), 0, "exit code")
    senders.join()
    wrong = [code for code in senders.codes if code not in (0, 421, 250, 354)]
    equal(wrong, [], "odd replies while the server ended")
    server.start()
    verify(server, senders.acknowledged, "after SIGTERM")


@check
def a_second_signal_ends_at_once(context):
    server = context.fresh(settings={"actormail.drain-timeout": "5m"})
    with Smtp(server) as idle, Smtp(server) as busy:
        idle.say("EHLO client.example", 250)
        busy.say("EHLO client.example", 250)
        busy.say("MAIL FROM:<a@example.net>", 250)
        busy.say("RCPT TO:<second@example.org>", 250)
        busy.say("DATA", 354)
        busy.send(b"Subject: unfinished\r\n")
        server.signal(signal.SIGINT)
        equal(idle.reply()[0], 421, "what an idle session hears")
        expect(server.is_alive(), "the server did not wait for a mail under way")
        server.signal(signal.SIGINT)
        server.wait(10)
    equal(server.stored("second@example.org"), [], "messages that were never complete")


# D9
@check
def mail_under_way_is_finished_while_draining(context):
    server = context.fresh(settings={"actormail.drain-timeout": "1m"})
    raw = mail.make("drained", 3000)
    with Smtp(server) as idle, Smtp(server) as busy:
        idle.say("EHLO client.example", 250)
        busy.say("EHLO client.example", 250)
        busy.say("MAIL FROM:<a@example.net>", 250)
        busy.say("RCPT TO:<drained@example.org>", 250)
        busy.say("DATA", 354)
        busy.send(raw[:1500])
        server.signal(signal.SIGTERM)
        equal(idle.reply()[0], 421, "what an idle session hears")
        busy.send(raw[1500:] + b".\r\n")
        equal(busy.reply()[0], 250, "the reply to the final dot")
        server.wait(30)
    equal([mail.ident_of(one) for one in server.stored("drained@example.org")], ["drained"], "mails in the file")


# D7 R5321-4.1.1.5-c
@check
def a_mail_without_its_end_is_never_delivered(context):
    server, user = context.default(), "cut@example.org"
    for ending in ("fin", "rst", "half", "quit"):
        smtp = Smtp(server)
        smtp.say("EHLO client.example", 250)
        smtp.say("MAIL FROM:<a@example.net>", 250)
        smtp.say(f"RCPT TO:<{user}>", 250)
        smtp.say("DATA", 354)
        smtp.send(b"Subject: cut\r\n\r\nText\r\n." + {"quit": b"\r", "half": b""}.get(ending, b"\n"))
        if ending == "rst":
            smtp.reset()
        elif ending == "half":
            smtp.socket.shutdown(1)
            smtp.rest()
        smtp.close()
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        equal(smtp.deliver(mail.make("after-the-cut"), user), 250, "the reply to the final dot")
    equal([mail.ident_of(one) for one in server.stored(user)], ["after-the-cut"], "mails in the file")


# D8 R1939-6-a R1939-6-e
@check
def mail_is_seen_once_while_pop3_deletes(context):
    server, user = context.fresh(), "both@example.org"
    senders = Senders(server, 20, [user], quota=20).start()
    taken, done = [], threading.Event()

    def take():
        with Pop(server, user) as pop:
            found = [mail.ident_of(raw) for raw in pop.fetch_all()]
            for number in range(1, len(found) + 1):
                pop.ok(f"DELE {number}")
            pop.ok("QUIT")
            taken.extend(found)

    reader = threading.Thread(target=lambda: [take() for _ in iter(done.is_set, True)])
    reader.start()
    senders.join()
    done.set()
    reader.join()
    take()
    fault = mail.doubled_or_lost(taken, senders.acknowledged)
    expect(fault is None and len(taken) == 400, f"{len(taken)} mails were fetched: {fault}")
    equal(server.stored(user), [], "mails left in the file")
