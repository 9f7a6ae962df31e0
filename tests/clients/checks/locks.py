"""Other programs have a mailbox file locked, or write to it, while mail comes in."""
import contextlib
import fcntl
import mailbox
import os
import sys
import threading

from lib import mail
from lib.load import Senders
from lib.registry import check, equal, expect
from lib.server import until
from lib.wire import Smtp, fetch_all

EACH = 25


@contextlib.contextmanager
def fcntl_lock(path):
    with open(path, "r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def dotlock(path):
    os.close(os.open(f"{path}.lock", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield
    finally:
        os.unlink(f"{path}.lock")


@contextlib.contextmanager
def both_locks(path):
    """As Python's own mailboxes take them."""
    box = mailbox.mbox(path, create=False)
    box.lock()
    try:
        yield
    finally:
        box.close()


def deliver(server, user, *names):
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        for name in names:
            # A wire waits half a minute, and whoever has the lock keeps it for longer than that.
            equal(smtp.deliver(mail.make(name), user), 250, f"the reply to {name} while the file is locked")


def names_in_file(server, user):
    return [mail.ident_of(raw) for raw in server.stored(user)]


def is_taken_while_locked(context, lock, is_killed=False):
    server, user = context.fresh("locked"), "locked@example.org"
    deliver(server, user, "before")
    with lock(server.mailbox(user)):
        deliver(server, user, "first", "second", "third")
        equal(names_in_file(server, user), ["before"], "mails in a file that another program has locked")
        if is_killed:
            server.kill()
    if is_killed:
        server.start()
    wanted = ["before", "first", "second", "third"]
    until(lambda: names_in_file(server, user) == wanted, 30, "mail in the file after the lock was let go")
    equal([mail.ident_of(raw) for raw in fetch_all(server, user)], wanted, "mails by POP3")


@check
def mail_is_taken_while_the_file_has_an_fcntl_lock(context):
    is_taken_while_locked(context, fcntl_lock)


@check
def mail_is_taken_while_the_file_has_a_dotlock(context):
    is_taken_while_locked(context, dotlock)


@check
def mail_is_taken_while_a_python_mailbox_is_locked(context):
    is_taken_while_locked(context, both_locks)


@check
def mail_taken_while_the_file_was_locked_outlives_a_kill(context):
    is_taken_while_locked(context, both_locks, is_killed=True)


class Appender:
    """A program that appends to a mailbox file under its locks, again and again."""

    def __init__(self, append, names):
        self.fault, self._append, self._names = None, append, names
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            for name in self._names:
                self._append(mail.make(name, 3000).replace(b"\r\n", b"\n"))
        except Exception as fault:  # pylint: disable=broad-except
            self.fault = fault

    def join(self):
        self._thread.join(120)
        expect(not self._thread.is_alive(), "a program that appends does not end")
        if self.fault:
            raise self.fault


def loses_nothing(context, appends):
    server, user = context.fresh("appended"), "both@example.org"
    deliver(server, user, "before")
    path = server.mailbox(user)
    names = [[f"append-{number}-{turn}" for turn in range(EACH)] for number in range(len(appends))]
    senders = Senders(server, 4, [user], quota=EACH).start()
    others = [Appender(lambda raw, append=append: append(context, path, raw), mine)
              for append, mine in zip(appends, names)]
    senders.join()
    for other in others:
        other.join()
    equal(len(senders.acknowledged), 4 * EACH, f"mails acknowledged ({senders.faults[:1]})")
    wanted = sorted(["before", *senders.acknowledged, *(name for mine in names for name in mine)])
    until(lambda: len(fetch_all(server, user)) >= len(wanted), 30, f"{len(wanted)} mails")
    equal(sorted(mail.ident_of(raw) for raw in fetch_all(server, user)), wanted, "mails by POP3")
    equal(sorted(names_in_file(server, user)), wanted, "mails in the file")
    server.kill()
    server.start()
    equal(sorted(mail.ident_of(raw) for raw in fetch_all(server, user)), wanted, "mails by POP3 after a kill")


# A process of its own: the locks of fcntl do not keep threads apart.
PYTHON = """
import mailbox, sys, time
raw = sys.stdin.buffer.read()
while True:
    box = mailbox.mbox(sys.argv[1], create=False)
    try:
        box.lock()
        break
    except mailbox.ExternalClashError:
        box.close()
        time.sleep(0.01)
box.add(raw)
box.close()
"""


def append_by_python(context, path, raw):
    context.run(sys.executable, "-c", PYTHON, path, text=raw)


def append_by_procmail(context, path, raw):
    line = b"From sender@example.net Sat Nov 28 12:00:00 2026\n"
    context.run(context.tool("procmail"), "LOCKSLEEP=1", f"DEFAULT={path}", "/dev/null", text=line + raw)


@check
def python_appends_while_mail_comes_in_and_nothing_is_lost(context):
    loses_nothing(context, [append_by_python, append_by_python])


@check
def procmail_appends_while_mail_comes_in_and_nothing_is_lost(context):
    context.tool("procmail")
    loses_nothing(context, [append_by_procmail, append_by_python])
