"""The server is killed again and again under load; after each start everything is as promised."""
import os
import random
import shutil
import tempfile

from lib.ledger import Ledger
from lib.registry import Failed
from lib.server import Server, until
from lib.turmoil import Moment, Turmoil

USERS = [f"{name}@example.org" for name in ("ann", "bob", "carla", "dora")]

# What decides when files are flushed, replaced and named, small enough that a short load gets there.
KINDS = (
    {},
    {"journal.segment-size": "1MiB", "journal.max-segment-size": "1MiB"},
    {"journal.segment-size": "1MiB", "compact-at-once-size": "1KiB"},
    {"journal.segment-size": "1MiB", "journal.idle-checkpoint": "10ms", "spool-threshold": "16KiB"},
    {"compact-at-once-size": "64KiB", "max-compaction-rate": "1MiB", "journal.max-batch": "2"},
)


class KillLoop:
    """Rounds of load, kill -9, start and audit on one data folder; everything that dice decide follows from a seed."""

    def __init__(self, binary, folder, seed):
        self.binary, self.folder, self.seed, self.dice = binary, folder, seed, random.Random(seed)
        self.ledger, self.data = Ledger(USERS), os.path.join(folder, "data")
        self.crashed = os.path.join(folder, "crashed")
        self.server = None

    def run(self, rounds, note=lambda line: None):
        """Raises where something is not as promised, with what is needed to look into it."""
        number = 0
        try:
            self._start()
            for number in range(1, rounds + 1):
                self._round(number)
                note(f"round {number}: {self.ledger.counts()}")
            self.server.stop()
            self._start()
            self.ledger.audit(self.server)
        except Exception as fault:
            raise Failed(f"round {number} of seed {self.seed}: {fault} (kept: {self._keep()})") from fault
        finally:
            if self.server is not None:
                self.server.end()

    def _start(self):
        settings = {f"actormail.store.{name}": value for name, value in self.dice.choice(KINDS).items()}
        self.server = Server(self.binary, self.folder, settings, data=self.data)
        self.server.start()

    def _round(self, number):
        moment = Moment(int(2 ** self.dice.uniform(4, 11)))
        turmoil = Turmoil(self.server, self.ledger, self.seed, f"round{number}", moment=moment).start()
        turmoil.until_moment()
        turmoil.kill()
        self._set_aside()
        while self.dice.random() < 0.2:
            self._kill_in_recovery()
        self._start()
        self.ledger.audit(self.server)

    def _kill_in_recovery(self):
        """A start is killed as well, some time after it has taken the data folder."""
        looks = iter(range(self.dice.randrange(12)))
        process = Server(self.binary, self.folder, data=self.data).launch()
        until(lambda: process.holds("journal/seg") or not process.is_alive(), 60, "the journal to be opened")
        until(lambda: next(looks, None) is None, 60, "some looks to be over")
        process.kill()

    def _set_aside(self):
        """The data folder as the crash left it, for whoever looks for the fault of the next start."""
        shutil.rmtree(self.crashed, ignore_errors=True)
        shutil.copytree(self.data, self.crashed)

    def _keep(self):
        if self.server is not None and self.server.is_alive():
            self.server.kill()
        kept = tempfile.mkdtemp(prefix="actormail-kill-loop-")
        shutil.copytree(self.folder, kept, dirs_exist_ok=True)
        return kept
