"""Checks register themselves here; what one check may ask of the runner is `Context`."""
import os
import shutil
import subprocess
import tempfile

from lib.server import Server
from lib.tls import Authority

CHECKS = []
SECURE = {
    "actormail.accounts.mode": "file",
    "actormail.domains": "example.org",
    "actormail.auth.failure-delay": "10ms",
    "actormail.submission.listen": "127.0.0.1:0",
    "actormail.submissions.listen": "127.0.0.1:0",
    "actormail.pop3s.listen": "127.0.0.1:0",
}


class Skip(Exception):
    """The check cannot run on this machine, and says why."""


class Failed(Exception):
    """The server did not do what the check asks for."""


def check(function):
    """Registers a function as a check; its name becomes the check's name."""
    CHECKS.append((function.__name__.replace("_", "-"), function))
    return function


def expect(condition, text):
    """Fails the check with a text that says what was expected, and what came."""
    if not condition:
        raise Failed(text)


def equal(found, wanted, what):
    expect(found == wanted, f"{what}: {shorten(found)} instead of {shorten(wanted)}")


def shorten(value, limit=160):
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)"


class Context:
    """Temporary folders, servers and tools of one run."""

    def __init__(self, root, binary, keep=False):
        self.root, self.binary, self.keep = root, binary, keep
        self.base = tempfile.mkdtemp(prefix="actormail-clients-")
        self._shared, self._mine, self._count, self._authority = {}, [], 0, None

    def folder(self, name="work"):
        """A new empty folder."""
        self._count += 1
        path = os.path.join(self.base, f"{self._count:03}-{name}")
        os.mkdir(path, 0o700)
        return path

    def fresh(self, name="server", **options):
        """A server of this check alone, started."""
        server = Server(self.binary, self.folder(name), **options)
        self._mine.append(server)
        return server.start()

    def default(self):
        """The shared server in the default profile: every recipient has a mailbox, every password opens it."""
        return self._share("default")

    def basic(self):
        """The shared server with the configuration file of the basic profile."""
        return self._share("basic", config=[os.path.join(self.root, "hocon", "basic.hocon")])

    def guarded(self):
        """The shared server with accounts: alice and bob at example.org, and no one else."""
        name = "guarded"
        if name not in self._shared:
            server = Server(self.binary, self.folder(name), settings={
                "actormail.accounts.mode": "file",
                "actormail.domains": "example.org",
                "actormail.auth.failure-delay": "10ms",
            })
            for address, password in (("alice@example.org", "alice-Secret-1"), ("bob@example.org", "bob-Secret-2")):
                server.add_user(address, password)
            self._shared[name] = server.start()
        return self._shared[name]

    def authority(self):
        """The certificate authority of this run, which the clients trust."""
        if self._authority is None:
            self._authority = Authority(self.tool("openssl"), self.folder("authority"))
        return self._authority

    def secure(self):
        """The shared server with accounts, a certificate of our authority, and every listener that uses it."""
        if "secure" not in self._shared:
            certificate = self.authority().issue("secure", "mail.example.org", "localhost", "127.0.0.1")
            server = Server(self.binary, self.folder("secure"), settings={**certificate.settings(), **SECURE})
            self._shared["secure"] = server.start()
        return self._shared["secure"]

    def permissive(self):
        """As the secure server, but a password may come in clear."""
        if "permissive" not in self._shared:
            certificate = self.authority().issue("permissive", "mail.example.org", "localhost", "127.0.0.1")
            settings = {**certificate.settings(), **SECURE, "actormail.auth.allow-plaintext": "on"}
            self._shared["permissive"] = Server(self.binary, self.folder("permissive"), settings=settings).start()
        return self._shared["permissive"]

    def account(self, name, server=None):
        """A user of the secure server, made when first asked for: address and password."""
        server, address, password = server or self.secure(), f"{name}@example.org", f"{name}-Secret-1"
        if address not in server.users:
            server.add_user(address, password)
        return address, password

    def _share(self, name, **options):
        server = self._shared.get(name)
        if server is None or not server.is_alive():
            server = self._shared[name] = Server(self.binary, self.folder(name), **options).start()
        return server

    def tool(self, name):
        """The path of a client of this machine; without it the check is skipped."""
        path = shutil.which(name)
        if path is None:
            raise Skip(f"{name} is not installed")
        return path

    def run(self, *command, text=b"", timeout=60, env=None, fails=False):
        """Runs a client to its end; its standard output. A client that fails fails the check."""
        done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                              env=dict(os.environ, HOME=self.base, LC_ALL="C.UTF-8", **(env or {})), check=False)
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().replace("\n", " | ")[-300:]
        expect((done.returncode != 0) == fails, f"{os.path.basename(command[0])} ended {done.returncode}: {said}")
        return done.stdout

    def end_check(self):
        """Ends what one check started; a shared server that the check has broken is a failure of that check."""
        for server in self._mine:
            server.end()
        self._mine.clear()
        dead = [name for name, server in self._shared.items() if not server.is_alive()]
        for name in dead:
            server = self._shared.pop(name)
            raise Failed(f"the {name} server {server.state()}: {server.last_words()}")

    def close(self):
        for server in [*self._mine, *self._shared.values()]:
            server.end()
        if not self.keep:
            shutil.rmtree(self.base, ignore_errors=True)
