"""No room on the disk: mail is refused for now, reading and deleting go on, and it mends by itself."""
import os
import random

from lib.kills import USERS
from lib.ledger import Fate, Ledger, read_all
from lib.registry import check, equal, expect
from lib.server import Server, until
from lib.volume import fill, small_volume
from lib.wire import Pop, Smtp, stuff

VOLUME = 64
NO_RESERVE = {"actormail.store.min-free-space": "0"}
MOST = 3000


def send(server, ledger, dice, names, until_refused=False):
    """Sends letters, up to the first that is refused or all; the lines of that reply, or none."""
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        for name in names:
            users = dice.sample(USERS, dice.choice((1, 1, 2, 3)))
            letter, raw = ledger.write(name, users)
            smtp.say("MAIL FROM:<sender@example.net>", 250)
            for user in users:
                smtp.say(f"RCPT TO:<{user}>", 250)
            smtp.say("DATA", 354)
            smtp.send(stuff(raw) + b".\r\n")
            code, lines = smtp.reply()
            letter.fate = Fate.PROMISED if code == 250 else Fate.REFUSED
            if code != 250:
                expect(until_refused, f"{name} was refused: {code} {lines}")
                return code, lines
    expect(not until_refused, f"{len(names)} mails were taken by a full disk")
    return None


def reads_and_deletes(server, ledger, dice):
    """One session in each mailbox: what is there is whole, and some of it goes."""
    for user in USERS:
        with Pop(server, user) as pop:
            listing = [line.decode("ascii").split() for line in pop.lines("UIDL")]
            expect(listing, f"{user} sees no mail on a full disk")
            letters = []
            for number, uid in listing:
                letter = ledger.recognise(pop.fetch(number))
                ledger.see(user, uid, letter)
                if dice.random() < 0.3:
                    pop.ok(f"DELE {number}")
                    letters.append(letter)
            ledger.ask_deletion(user, letters)
            pop.ok("QUIT")
            ledger.confirm_deletion(user, letters)


def takes_mail_again(server):
    """The last mailbox is not in the ledger."""
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        return smtp.deliver(b"Subject: again\r\n\r\n", "again@example.org") == 250


def is_complete(server, ledger):
    """Whether what waited for room has been written."""
    there, _ = ledger.promise()
    return all(len(read_all(server, user)[0]) == len(there[user]) for user in USERS)


def fills_up(context, settings):
    """Mail, then no room; the server, its ledger, the dice, and the file that takes the room."""
    server, dice = context.fresh("full", data=os.path.join(context.small, "data"), settings=settings), random.Random()
    ledger, filler = Ledger(USERS), os.path.join(context.small, "filler")
    send(server, ledger, dice, [f"before-{number}" for number in range(40)])
    fill(filler)
    for turn in range(3):
        code, lines = send(server, ledger, dice, [f"full-{turn}-{number}" for number in range(MOST)], True)
        equal(code, 452, f"the code of a full disk ({lines})")
        expect(lines[0].startswith("4.3.1 "), f"a full disk was answered {code} {lines}")
        reads_and_deletes(server, ledger, dice)
    return server, ledger, dice, filler


def mends_without_a_restart(context, settings):
    with small_volume(context.folder("volume"), VOLUME) as context.small:
        server, ledger, dice, filler = fills_up(context, settings)
        process = server.process.pid
        os.unlink(filler)
        until(lambda: takes_mail_again(server), 30, "mail after there was room again")
        send(server, ledger, dice, [f"after-{number}" for number in range(40)])
        until(lambda: is_complete(server, ledger), 30, "all mail that was acknowledged")
        ledger.audit(server)
        equal(server.process.pid, process, "the process")
        server.restart()
        ledger.audit(server)
        server.end()


@check
def a_full_disk_mends_without_a_restart(context):
    mends_without_a_restart(context, {})


@check
def a_full_disk_without_reserve_mends_without_a_restart(context):
    mends_without_a_restart(context, NO_RESERVE)


@check
def a_kill_on_a_full_disk_loses_nothing(context):
    with small_volume(context.folder("volume"), VOLUME) as context.small:
        server, ledger, dice, filler = fills_up(context, NO_RESERVE)
        server.kill()
        # It starts, or says what it needs; in no case does it throw anything away.
        process = Server(context.binary, server.folder, NO_RESERVE, data=server.data).launch()
        until(lambda: not process.is_alive() or process.has_ports(), 60, "a start on a full disk")
        if process.is_alive():
            reads_and_deletes(process, ledger, dice)
            process.kill()
        else:
            equal(process.wait(), 74, "exit code of a start on a full disk")
            expect("room" in process.last_words(), f"a start on a full disk says {process.last_words()}")
        os.unlink(filler)
        server.start()
        ledger.audit(server)
        server.end()
