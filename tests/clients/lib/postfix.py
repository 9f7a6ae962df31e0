"""Debian's Postfix as a client: a private queue that hands its mail to our server."""
import os
import subprocess
import time

from lib.registry import Skip, expect
from lib.server import until

MASTER = """\
pickup    unix  n  -  n  60   1  pickup
cleanup   unix  n  -  n  -    0  cleanup
qmgr      unix  n  -  n  300  1  qmgr
tlsmgr    unix  -  -  n  1000? 1 tlsmgr
rewrite   unix  -  -  n  -    -  trivial-rewrite
bounce    unix  -  -  n  -    0  bounce
defer     unix  -  -  n  -    0  bounce
trace     unix  -  -  n  -    0  bounce
proxymap  unix  -  -  n  -    -  proxymap
discard   unix  -  -  n  -    -  discard
error     unix  -  -  n  -    -  error
retry     unix  -  -  n  -    -  error
smtp      unix  -  -  n  -    -  smtp
lmtp      unix  -  -  n  -    -  lmtp
local     unix  -  n  n  -    -  local
scache    unix  -  -  n  -    1  scache
postlog   unix-dgram n - n -  1  postlogd
"""


class Postfix:
    """
    Postfix with a transport of its own for each of the `routes`, which are endpoint and settings by name. A letter goes
    the way that its X-Check-Id names. `settings` of main.cf come on top of ours. For root alone, whom Postfix needs to
    start.
    """

    def __init__(self, context, routes, settings=None):
        if os.geteuid() != 0:
            raise Skip("Postfix is started by root only")
        self.program, self.folder = context.tool("postfix"), context.folder("postfix")
        self.log, self.configuration = os.path.join(self.folder, "log"), os.path.join(self.folder, "etc")
        os.chmod(context.base, 0o711)  # Its own user must find the way to its folder.
        os.chmod(self.folder, 0o755)
        for name in ("etc", "queue", "lib"):
            os.mkdir(os.path.join(self.folder, name), 0o755)
        subprocess.run(["chown", "postfix", os.path.join(self.folder, "lib")], check=True)
        main = {
            "compatibility_level": "3.6",
            "queue_directory": os.path.join(self.folder, "queue"),
            "data_directory": os.path.join(self.folder, "lib"),
            "maillog_file": self.log,
            "maillog_file_prefixes": os.path.dirname(self.folder),
            "inet_interfaces": "loopback-only",
            "inet_protocols": "ipv4",
            "myhostname": "client.example",
            "mydestination": "",
            "alias_maps": "",
            "local_recipient_maps": "",
            # Bounces go nowhere.
            "transport_maps": "inline:{client.example=discard:}",
            "header_checks": f"regexp:{self.configuration}/ways",
            "smtp_host_lookup": "native",
            "smtp_tls_CAfile": context.authority().certificate,
            "smtp_sasl_password_maps": f"texthash:{self.configuration}/passwords",
            "smtp_sasl_security_options": "noanonymous",
            **(settings or {}),
        }
        self.write("main.cf", "".join(f"{name} = {value}\n" for name, value in main.items()))
        self.write("master.cf", MASTER + "".join(transport(name, settings) for name, (_, settings) in routes.items()))
        self.write("ways", "".join(f"/^X-Check-Id: {name}$/ FILTER {name}:{relay(endpoint)}\n"
                                   for name, (endpoint, _) in routes.items()))
        self.relays = {relay(endpoint) for endpoint, _ in routes.values()}

    def write(self, name, text):
        with open(os.path.join(self.configuration, name), "w", encoding="ascii") as file:
            file.write(text)

    def password(self, user, password):
        self.write("passwords", "".join(f"{relay} {user}:{password}\n" for relay in self.relays))

    def __enter__(self):
        self.run("start")
        return self

    def __exit__(self, *_):
        self.run("stop")

    def run(self, word):
        done = subprocess.run([self.program, "-c", self.configuration, word], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
        expect(done.returncode == 0, f"postfix {word}: {done.stdout[-300:]}")

    def submit(self, raw, sender, *recipients, options=()):
        """Puts a mail into the queue. A dot in a line of its own does not end it."""
        subprocess.run(["sendmail", "-C", self.configuration, "-i", *options, "-f", sender, "--", *recipients],
                       input=raw.replace(b"\r\n", b"\n"), check=True, timeout=60)

    def hands_over(self, count):
        """Waits until the queue has got rid of so many mails, and expects that our server took all."""
        until(lambda: len(self.outcomes()) >= count, 60, f"Postfix to hand {count} mails over")
        refused = [line for line in self.outcomes() if "status=sent" not in line]
        expect(not refused, f"Postfix says: {refused}")

    def tells(self, recipient, status, count=1):
        """Waits until Postfix has logged this outcome for a recipient so often; the last line."""
        until(lambda: len(self.lines(recipient, status)) >= count, 60, f"Postfix to log {status} for {recipient}")
        return self.lines(recipient, status)[-1]

    def flushes_until(self, recipient, status, count):
        """The same, but Postfix is made to try at once. A mail that is just being put off misses such a call."""
        deadline = time.monotonic() + 60
        while len(self.lines(recipient, status)) < count and time.monotonic() < deadline:
            self.run("flush")
            try:
                until(lambda: len(self.lines(recipient, status)) >= count, 2, "the outcome")
            except AssertionError:
                continue
        self.tells(recipient, status, count)

    def lines(self, recipient, status):
        return [line for line in self.outcomes() if f" to=<{recipient}>," in line and f" status={status} " in line]

    def outcomes(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return [line.strip() for line in file if " status=" in line or " fatal: " in line]
        except FileNotFoundError:
            return []


def transport(name, settings):
    options = "".join(f" -o {key}={value}" for key, value in settings.items())
    return f"{name} unix - - n - - smtp{options}\n"


def relay(endpoint):
    return f"[localhost]:{endpoint[1]}"
