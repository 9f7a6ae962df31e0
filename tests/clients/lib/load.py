"""Many senders at once, who write down what was acknowledged to them."""
import threading

from lib import mail
from lib.wire import Smtp


class Senders:
    """Threads that send until they have sent their quota, or until the server is gone."""

    def __init__(self, server, count, users, quota=None, prefix="load", size=lambda: 1000):
        self.server, self.users, self.quota, self.prefix, self.size = server, users, quota, prefix, size
        self.acknowledged, self.codes, self.faults = {}, [], []
        self._threads = [threading.Thread(target=self._send, args=(number,), daemon=True) for number in range(count)]

    def start(self):
        for thread in self._threads:
            thread.start()
        return self

    def join(self, seconds=120):
        for thread in self._threads:
            thread.join(seconds)
            if thread.is_alive():
                raise AssertionError("a sender does not end")

    def _send(self, number):
        try:
            with Smtp(self.server) as smtp:
                smtp.ask("EHLO client.example")
                turn = 0
                while self.quota is None or turn < self.quota:
                    if not self._send_one(smtp, number, turn):
                        return
                    turn += 1
                smtp.ask("QUIT")
        except (OSError, AssertionError, ValueError) as fault:
            self.faults.append(fault)

    def _send_one(self, smtp, number, turn):
        """Every fourth mail goes to two recipients: both get it, or nobody was told so."""
        name = f"{self.prefix}-{number}-{turn}"
        first = (number + turn) % len(self.users)
        users = {self.users[first], self.users[(first + (turn % 4 == 3)) % len(self.users)]}
        code = smtp.deliver(mail.make(name, self.size()), *users)
        self.codes.append(code)
        if code == 250:
            self.acknowledged[name] = users
        return code == 250
