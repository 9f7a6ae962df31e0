"""Clients who send, read and delete all at once, and tell a ledger; a moment in the midst of it."""
import random
import threading

from lib.ledger import Fate
from lib.wire import Closed, Pop, Smtp, stuff

CHUNK = 16 * 1024


class Moment:
    """Comes when the clients together have done a number of steps: a command, an answer, a part of a message."""

    def __init__(self, steps=None):
        self._left, self._lock, self._come = steps, threading.Lock(), threading.Event()

    def step(self):
        with self._lock:
            if self._left is None:
                return
            self._left -= 1
            if self._left == 0:
                self._come.set()

    def wait(self, seconds):
        return self._come.wait(seconds)


class Turmoil:
    """Writers and deleters at work on one server, until it is gone or they are told to stop."""

    def __init__(self, server, ledger, seed, name, writers=6, deleters=2, moment=None):
        self.server, self.ledger, self.name, self.moment = server, ledger, name, moment or Moment()
        self.is_over, self.is_killed, self.faults = False, False, []
        self._threads = [
            threading.Thread(target=self._work, args=(work, f"{seed}-{name}", number), daemon=True)
            for work, count in ((self._write, writers), (self._delete, deleters)) for number in range(count)]

    def start(self):
        for thread in self._threads:
            thread.start()
        return self

    def until_moment(self, seconds=60):
        """Waits for the moment; all clients are still at work then, unless one of them has found a fault."""
        if not self.moment.wait(seconds):
            self.end()
            raise AssertionError(f"the clients do not get on: {self.faults[:1]}")

    def kill(self):
        """Ends the server as the kernel does that has no memory left; nobody finishes anything."""
        self.is_killed = True
        self.server.kill()
        self.end()

    def end(self, seconds=60):
        """Lets everybody finish what he is at."""
        self.is_over = True
        for thread in self._threads:
            thread.join(seconds)
            if thread.is_alive():
                raise AssertionError("a client does not end")
        if self.faults:
            raise self.faults[0]

    def _work(self, work, seed, number):
        dice, count = random.Random(f"{seed}-{work.__name__}-{number}"), 0
        while not self.is_over:
            try:
                work(dice, f"{self.name}-{number}-{count}")
            except (OSError, Closed) as gone:
                if not self.is_killed:
                    self.faults.append(gone)
                return
            except Exception as fault:  # pylint: disable=broad-except
                self.faults.append(fault)
                return
            count += 1

    def _write(self, dice, prefix):
        with Smtp(self.server) as smtp:
            self._ask(smtp, "EHLO client.example")
            for turn in range(dice.randrange(1, 12)):
                if self.is_over:
                    return
                self._send(smtp, dice, f"{prefix}-{turn}")
            self._ask(smtp, "QUIT", 221)

    def _send(self, smtp, dice, ident):
        users = dice.sample(self.ledger.users, dice.choice((1, 1, 1, 2, 2, 3, len(self.ledger.users))))
        letter, raw = self.ledger.write(ident, users)
        self._ask(smtp, "MAIL FROM:<sender@example.net>")
        for user in users:
            self._ask(smtp, f"RCPT TO:<{user}>")
        self._ask(smtp, "DATA", 354)
        body = stuff(raw)
        for at in range(0, len(body), CHUNK):
            smtp.send(body[at:at + CHUNK])
            self.moment.step()
        letter.fate = Fate.DOUBTFUL
        smtp.send(b".\r\n")
        self.moment.step()
        code, said = smtp.reply()
        if code == 0:
            raise Closed("the connection ended before the reply to the final dot")
        letter.fate = Fate.PROMISED if code == 250 else Fate.REFUSED
        self.moment.step()
        if code != 250:
            raise AssertionError(f"{ident} was refused: {code} {said}")

    def _ask(self, smtp, command, code=250):
        found = smtp.ask(command)
        if found == 0:
            raise Closed(f"the connection ended before the answer to {command!r}")
        if found != code:
            raise AssertionError(f"{command!r} was answered {found}")
        self.moment.step()

    def _delete(self, dice, _):
        user = dice.choice(self.ledger.users)
        with Pop(self.server) as pop:
            pop.ok(f"USER {user}")
            answer = pop.ask("PASS any")
            if answer is None:
                raise Closed("the connection ended before the answer to PASS")
            if not answer.startswith("+OK"):
                return
            listing = [line.decode("ascii").split() for line in pop.lines("UIDL")]
            self.ledger.list(user, [uid for _, uid in listing])
            self.moment.step()
            chosen, letters = dice.sample(listing, min(len(listing), dice.randrange(12))), []
            for number, uid in chosen:
                letters.append(self.ledger.recognise(pop.fetch(number)))
                self.ledger.see(user, uid, letters[-1])
                pop.ok(f"DELE {number}")
                self.moment.step()
            if dice.random() < 0.15:
                # Who just goes away has deleted nothing.
                return
            self.ledger.ask_deletion(user, letters)
            pop.send(b"QUIT\r\n")
            self.moment.step()
            pop.ok()
            self.ledger.confirm_deletion(user, letters)
            self.moment.step()
