"""Copies of the data folder, and a server on each copy: of a server that is stopped, or that stands still meanwhile."""
import os
import signal

from lib.kills import USERS
from lib.ledger import Ledger
from lib.registry import check, expect
from lib.server import Server, until
from lib.turmoil import Moment, Turmoil

ROUNDS = 4
STEPS = 300


def stand_still(server):
    """Stops the process where it is, as a kill would; `fg` or SIGCONT lets it go on."""
    server.signal(signal.SIGSTOP)

    def stopped():
        with open(f"/proc/{server.process.pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] == "T"

    until(stopped, 10, "the process to stand still")


def copies(context, copy):
    """Copies under load by `copy`, of one folder to another: all that was acknowledged is there, whole, and once."""
    server, ledger = context.fresh("live"), Ledger(USERS)
    for number in range(ROUNDS):
        turmoil = Turmoil(server, ledger, "copies", f"copy{number}", moment=Moment(STEPS)).start()
        turmoil.until_moment()
        restored = Server(context.binary, context.folder("restored"))
        os.mkdir(restored.data)
        try:
            promise = copy(server, restored.data, ledger.promise)
        finally:
            server.signal(signal.SIGCONT)
        turmoil.end()
        # Every unique id is known from here on.
        ledger.audit(server)
        try:
            count = ledger.audit_copy(restored.start(), promise, is_atomic=True)
            expect(count > 0, "nothing in the copy")
        finally:
            restored.end()


@check
def a_copy_of_a_server_that_stands_still_has_all_mail(context):
    cp = context.tool("cp")

    def copy(server, target, promise):
        stand_still(server)
        promised = promise()
        context.run(cp, "-a", f"{server.data}/.", target)
        return promised

    copies(context, copy)


@check
def a_second_rsync_while_the_server_stands_still_has_all_mail(context):
    rsync = context.tool("rsync")

    def copy(server, target, promise):
        # Files come and go under the hands of the first, for which it ends with 24; what it took is mended by the
        # second. A segment of the journal keeps its size, so the time must be looked at closely.
        command = (rsync, "-a", "--delete", "--modify-window=-1", f"{server.data}/", f"{target}/")
        context.run("sh", "-c", '"$@" || test $? = 24', "sh", *command)
        stand_still(server)
        promised = promise()
        context.run(*command)
        return promised

    copies(context, copy)


@check
def a_copy_of_a_server_that_was_stopped_is_the_same_store(context):
    server, ledger = context.fresh("stopped"), Ledger(USERS)
    turmoil = Turmoil(server, ledger, "stopped", "load", moment=Moment(STEPS)).start()
    turmoil.until_moment()
    turmoil.end()
    ledger.audit(server)
    server.stop()
    restored = Server(context.binary, context.folder("restored"))
    context.run(context.tool("cp"), "-a", server.data, restored.data)
    try:
        ledger.audit(restored.start())
    finally:
        restored.end()
