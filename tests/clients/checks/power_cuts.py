"""The power goes while mail comes and goes: what the disk had at that moment is a store that keeps its promises."""
import os

from lib.kills import USERS
from lib.ledger import Ledger
from lib.registry import check, expect
from lib.server import Server
from lib.turmoil import Moment, Turmoil
from lib.volume import Disk

CUTS = 6
STEPS = 250
SMALL_RING = {"actormail.store.journal.segment-size": "1MiB", "actormail.store.journal.max-segment-size": "1MiB"}


def keeps_its_promises(context, kind):
    with Disk(context.folder(kind), kind) as disk:
        server, ledger, cuts = context.fresh("powered", data=os.path.join(disk.root, "data"), settings=SMALL_RING), \
            Ledger(USERS), []
        try:
            for number in range(CUTS):
                turmoil = Turmoil(server, ledger, kind, f"cut{number}", moment=Moment(STEPS)).start()
                turmoil.until_moment()
                cuts.append((ledger.promise(), disk.clone()))
                turmoil.end()
            # Every unique id is known from here on.
            ledger.audit(server)
        finally:
            server.end()
        for number, (promise, clone) in enumerate(cuts):
            with disk.after_the_cut(clone) as folder:
                restored = Server(context.binary, context.folder("restored"), data=os.path.join(folder, "data"))
                try:
                    count = ledger.audit_copy(restored.start(), promise, is_atomic=True)
                    expect(count > 0 or number == 0, f"nothing after cut {number}")
                finally:
                    restored.end()


@check
def a_power_cut_on_ext4_loses_nothing_acknowledged(context):
    keeps_its_promises(context, "ext4")


@check
def a_power_cut_on_xfs_loses_nothing_acknowledged(context):
    keeps_its_promises(context, "xfs")
