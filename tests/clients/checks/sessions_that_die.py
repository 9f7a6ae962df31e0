"""POP3 sessions that end as they should not: the lock is free again, and what was deleted is all there or all gone."""
import random
import resource
import signal
import subprocess
import sys

from lib import mail
from lib.registry import check, equal, expect
from lib.server import until
from lib.wire import Closed, Pop, Smtp, Wire

# A second is promised; a machine that does other checks meanwhile may be late.
SOON = 3
LARGE = 20_000_000
KEEP_ALIVE_TIMER = "02"
KEEP_ALIVE_SECONDS = 60

SESSION = """
import poplib, sys
pop = poplib.POP3(sys.argv[1], int(sys.argv[2]))
pop.user(sys.argv[3])
pop.pass_("any")
pop.dele(1)
print("in", flush=True)
sys.stdin.read()
"""


def deliver(server, user, *names, size=1000):
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        for name in names:
            equal(smtp.deliver(mail.make(name, size), user), 250, "the reply to the final dot")
        smtp.say("QUIT", 221)


def enter(server, user):
    """A session if the lock is free; None if another one has it."""
    pop = Pop(server)
    pop.ok(f"USER {user}")
    answer = pop.ask("PASS any")
    if answer.startswith("+OK"):
        return pop
    expect(answer.startswith("-ERR [IN-USE]"), f"a login was answered {answer}")
    pop.close()
    return None


def is_free_soon(server, user, count, what, seconds=SOON):
    """The next session gets in, and sees so many mails."""
    with until(lambda: enter(server, user), seconds, f"the lock of a session that {what}") as pop:
        equal(int(pop.ok("STAT").split()[1]), count, f"messages after a session that {what}")
        pop.ok("QUIT")


def names_in(server, user):
    with until(lambda: enter(server, user), SOON, "the lock") as pop:
        names = [mail.ident_of(raw) for raw in pop.fetch_all()]
        pop.ok("QUIT")
    return names


# P1 P2 R1939-4-c R1939-6-b R2449-8.1.2-a
@check
def an_idle_session_that_dies_frees_its_lock(context):
    server, user = context.default(), "dies-idle@example.org"
    deliver(server, user, "idle-1", "idle-2")
    ends = {"is closed": Pop.close, "is reset": Pop.reset, "is half-closed": lambda pop: pop.socket.shutdown(1)}
    for what, end in ends.items():
        pop = Pop(server, user)
        pop.ok("DELE 1")
        expect(enter(server, user) is None, "two sessions have the mailbox")
        end(pop)
        is_free_soon(server, user, 2, what)
        pop.close()


# P1 P2 R1939-6-b
@check
def a_client_that_is_killed_frees_its_lock(context):
    server, user = context.default(), "dies-killed@example.org"
    deliver(server, user, "killed-1", "killed-2")
    with subprocess.Popen([sys.executable, "-c", SESSION, server.pop3[0], str(server.pop3[1]), user],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
        equal(client.stdout.readline(), b"in\n", "what the client says")
        expect(enter(server, user) is None, "two sessions have the mailbox")
        client.send_signal(signal.SIGKILL)
    is_free_soon(server, user, 2, "is killed")


def asks_for_a_large_mail(server, user):
    """A session that has begun to take a mail, and takes no more of it."""
    pop = Pop(server, user)
    pop.ok("RETR 1")
    expect(enter(server, user) is None, "two sessions have the mailbox")
    return pop


# P1 P2 F2 R1939-6-b
@check
def a_client_that_does_not_read_and_dies_frees_its_lock(context):
    server, user = context.default(), "dies-in-retr@example.org"
    deliver(server, user, "retr-1", size=LARGE)
    for what, end in {"is closed in RETR": Pop.close, "is reset in RETR": Pop.reset}.items():
        end(asks_for_a_large_mail(server, user))
        is_free_soon(server, user, 1, what)


# P2 F2
@check
def a_client_that_does_not_read_is_given_up(context):
    server, user = context.fresh(settings={"actormail.pop3.write-timeout": "1s"}), "dies-deaf@example.org"
    deliver(server, user, "deaf-1", size=LARGE)
    with asks_for_a_large_mail(server, user):
        is_free_soon(server, user, 1, "takes nothing", 1 + SOON)


# P2
@check
def keep_alive_asks_after_a_silent_client(context):
    server = context.default()
    with Wire(server.pop3) as wire:
        wire.read_line()
        ports = server.pop3[1], wire.socket.getsockname()[1]
        with open("/proc/net/tcp", encoding="ascii") as table:
            rows = [row.split() for row in list(table)[1:]]
    timers = [row[5].split(":") for row in rows
              if tuple(int(end.rpartition(":")[2], 16) for end in row[1:3]) == ports]
    equal([kind for kind, _ in timers], [KEEP_ALIVE_TIMER], "timers of the server's end (proc_net_tcp)")
    expect(int(timers[0][1], 16) <= KEEP_ALIVE_SECONDS * 100, f"the first probe comes after {timers[0][1]} hundredths")


# P3 R1939-4-g R1939-5-m R1939-6-e
@check
def mail_comes_in_while_a_session_has_the_lock(context):
    server, user = context.default(), "view@example.org"
    old, new = [f"old-{number}" for number in range(3)], [f"new-{number}" for number in range(50)]
    deliver(server, user, *old)
    with Pop(server, user) as pop:
        before = pop.ok("STAT"), pop.octets("LIST"), pop.octets("UIDL")
        pop.ok("DELE 1")
        deliver(server, user, *new)
        until(lambda: len(server.stored(user)) == len(old + new), SOON, "the new mails in the file")
        equal([mail.ident_of(pop.fetch(number)) for number in (2, 3)], old[1:], "old mails by RETR")
        pop.err("RETR 4")
        pop.ok("RSET")
        equal((pop.ok("STAT"), pop.octets("LIST"), pop.octets("UIDL")), before, "the view")
        pop.ok("DELE 1")
        pop.ok("QUIT")
    equal(names_in(server, user), [*old[1:], *new], "mails in the next session")


def kill_unheard(server, pops):
    """Kills the server; which of the sessions had heard by then that their deletions were done."""
    server.kill()
    return [heard(pop) for pop in pops]


def heard(pop):
    try:
        return (pop.ask() or "").startswith("+OK")
    except (Closed, ConnectionError):
        return False


# P1 D1 D2 R1939-6-a R1939-6-b
@check
def a_kill_around_quit_deletes_all_or_nothing(context):
    """Some sessions have marked mails, some have sent QUIT and wait, and some were told that it is done."""
    server, dice = context.fresh(), random.Random()
    users = [f"{way}-{number}@example.org" for way in ("before", "during", "after") for number in range(4)]
    there = {user: [] for user in users}
    for turn in range(3):
        for user in users:
            deliver(server, user, *(f"{user}-{turn}-{number}" for number in range(4)))
        pops = {user: Pop(server, user) for user in users}
        names, kept = {}, {}
        for user, pop in pops.items():
            names[user] = [mail.ident_of(raw) for raw in pop.fetch_all()]
            equal(names[user][:len(there[user])], there[user], f"mails of {user} from the turns before")
            marked = dice.sample(range(len(names[user])), len(names[user]) // 2)
            for number in marked:
                pop.ok(f"DELE {number + 1}")
            kept[user] = [name for number, name in enumerate(names[user]) if number not in marked]
        for user in users:
            if user.startswith("after"):
                pops[user].ok("QUIT")
        during = [user for user in users if user.startswith("during")]
        for user in during:
            pops[user].send(b"QUIT\r\n")
        # One answer is awaited in some turns, so that the kill comes in the middle of the others' work.
        promised = [user for user in during[:turn] if heard(pops[user])]
        told = kill_unheard(server, [pops[user] for user in during])
        promised += [user for user, is_done in zip(during, told) if is_done]
        server.start()
        for user in users:
            pops[user].close()
            there[user] = names_in(server, user)
            is_gone = user.startswith("after") or user in promised
            allowed = [kept[user]] if is_gone else [names[user]]
            allowed += [kept[user]] if user.startswith("during") else []
            expect(there[user] in allowed, f"turn {turn}, {user} has {there[user]} of {names[user]}, kept {kept[user]}")


# P1 D4 R1939-6-c R1939-6-d R3206-4-a
@check
def a_disk_that_fails_at_quit_deletes_nothing(context):
    """No file may be written behind its first half megabyte, and there the journal is already."""
    server, user = context.fresh(), "failing@example.org"
    names = [f"failing-{number}" for number in range(4)]
    deliver(server, user, *names, size=200_000)
    usual = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    with Pop(server, user) as pop:
        pop.ok("DELE 1")
        pop.ok("DELE 3")
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (500_000, usual[1]))
        answer = pop.err("QUIT")
        expect(answer.startswith("-ERR [SYS/TEMP]"), f"QUIT on a disk that fails was answered {answer}")
        equal(pop.ask(), None, "what follows the answer to QUIT")
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, usual)
    equal(names_in(server, user), names, "mails after a QUIT that failed")
    with Pop(server, user) as pop:
        pop.ok("DELE 1")
        pop.ok("QUIT")
    server.restart()
    equal(names_in(server, user), names[1:], "mails after one that did not, and a restart")
