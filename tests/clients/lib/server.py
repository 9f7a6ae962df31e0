"""The server under test: started on free ports with a data folder of its own, ended, killed, started again."""
import os
import signal
import subprocess
import time

from lib import mbox

START_SECONDS = 60
PAUSE = 0.02


def until(condition, seconds, what):
    """Asks again and again until the answer is true; the answer. The pause only saves the processor."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(PAUSE)


class Server:
    """One server process after the other on one data folder."""

    def __init__(self, binary, folder, settings=None, config=(), data=None, umask=None):
        self.binary, self.folder, self.config, self.umask = binary, folder, list(config), umask
        self.data = data or os.path.join(folder, "data")
        self.log = os.path.join(folder, "log")
        self.ports_file = os.path.join(folder, "ports")
        self.settings = {
            "actormail.hostname": "mail.example.org",
            "actormail.data": self.data,
            "actormail.smtp.listen": "127.0.0.1:0",
            "actormail.pop3.listen": "127.0.0.1:0",
            "actormail.ports-file": self.ports_file,
            **(settings or {}),
        }
        self.process, self.endpoints, self.users = None, {}, set()

    @property
    def smtp(self):
        return self.endpoints.get("smtp")

    @property
    def pop3(self):
        return self.endpoints.get("pop3")

    def options(self):
        given = [word for file in self.config for word in ("--config", file)]
        return given + [word for pair in self.settings.items() for word in ("--set", "=".join(pair))]

    def start(self):
        """Starts the process, and returns when all listeners accept."""
        self.launch()
        until(self.has_ports, START_SECONDS, "the ports file")
        return self

    def launch(self):
        """Starts the process, and waits for nothing."""
        if os.path.exists(self.ports_file):
            os.unlink(self.ports_file)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, *self.options()], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                preexec_fn=None if self.umask is None else lambda: os.umask(self.umask) and None)
        return self

    def has_ports(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server did not start: {self.last_words()}")
        try:
            with open(self.ports_file, encoding="ascii") as file:
                ports = [line.split(maxsplit=1) for line in file if line.endswith("\n")]
        except FileNotFoundError:
            return False
        self.endpoints = dict(read_endpoint(*line) for line in ports)
        return self.smtp and self.pop3

    def command(self, *words, text=b""):
        """Runs another subcommand of the binary with the same settings: exit code and output."""
        done = subprocess.run([self.binary, *words, *self.options()], input=text, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, cwd=self.folder, timeout=60, check=False)
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def add_user(self, address, password):
        code, said = self.command("user", "add", address, "--password-stdin", text=password.encode() + b"\n")
        if code != 0:
            raise AssertionError(f"user add {address} ended {code}: {said.strip()}")
        self.users.add(address)

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def state(self):
        """Whether the process lives, or what ended it; asked when something went wrong."""
        try:
            code = self.wait(2)
        except subprocess.TimeoutExpired:
            return "is alive"
        return f"ended with exit code {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=30):
        return self.process.wait(seconds)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self, seconds=30):
        """Asks the process to end, and waits for it; the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def restart(self):
        self.stop()
        return self.start()

    def end(self):
        """Ends the process in any case."""
        if not self.is_alive():
            return
        self.signal(signal.SIGTERM)
        try:
            self.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def mailbox(self, name):
        """The path of a mailbox file."""
        return os.path.join(self.data, "mail", name)

    def stored(self, name):
        """The messages of a mailbox file as they were sent, read by our own parser."""
        try:
            with open(self.mailbox(name), "rb") as file:
                return mbox.split(file.read())
        except FileNotFoundError:
            return []

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def holds(self, name):
        """Whether the process has a file of the data folder open whose path begins so."""
        folder, prefix = f"/proc/{self.process.pid}/fd", os.path.join(self.data, name)
        try:
            return any(os.readlink(os.path.join(folder, handle)).startswith(prefix) for handle in os.listdir(folder))
        except OSError:
            return False

    def logged(self):
        """All that it has logged, as text."""
        with open(self.log, "rb") as file:
            return file.read().decode("utf-8", "replace")

    def last_words(self):
        lines = self.logged().strip().splitlines()
        return " | ".join(lines[-4:])[-400:] or "nothing said"


def read_endpoint(name, text):
    """A line of the ports file: host and port, or the path of a Unix socket, which is there as `NAME-socket`."""
    if text.startswith("unix:"):
        return f"{name}-socket", text.removeprefix("unix:").strip()
    host, _, port = text.rpartition(":")
    return name, (host.strip("[]"), int(port))
