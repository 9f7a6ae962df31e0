"""Debian's Postfix as a client: a private queue whose every mail goes to one server."""
import os
import subprocess

from lib.registry import Skip, expect
from lib.server import until

MASTER = """\
pickup    unix  n  -  n  60   1  pickup
cleanup   unix  n  -  n  -    0  cleanup
qmgr      unix  n  -  n  300  1  qmgr
tlsmgr    unix  -  -  n  1000? 1 tlsmgr
rewrite   unix  -  -  n  -    -  trivial-rewrite
bounce    unix  -  -  n  -    0  discard
defer     unix  -  -  n  -    0  bounce
trace     unix  -  -  n  -    0  bounce
proxymap  unix  -  -  n  -    -  proxymap
error     unix  -  -  n  -    -  error
retry     unix  -  -  n  -    -  error
smtp      unix  -  -  n  -    -  smtp
scache    unix  -  -  n  -    1  scache
postlog   unix-dgram n - n -  1  postlogd
"""


class Postfix:
    """Postfix with a relay host; for root alone, whom it needs to start."""

    def __init__(self, context, endpoint, settings):
        if os.geteuid() != 0:
            raise Skip("Postfix is started by root only")
        self.program, self.relay = context.tool("postfix"), f"[localhost]:{endpoint[1]}"
        self.folder = context.folder("postfix")
        os.chmod(context.base, 0o711)  # Its own user must find the way to its folder.
        os.chmod(self.folder, 0o755)
        self.configuration = os.path.join(self.folder, "etc")
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
            "relayhost": self.relay,
            "smtp_host_lookup": "native",
            "smtp_tls_CAfile": context.authority().certificate,
            "smtp_sasl_password_maps": f"texthash:{self.configuration}/passwords",
            **settings,
        }
        self.write("main.cf", "".join(f"{name} = {value}\n" for name, value in main.items()))
        self.write("master.cf", MASTER)

    @property
    def log(self):
        return os.path.join(self.folder, "log")

    def write(self, name, text):
        with open(os.path.join(self.configuration, name), "w", encoding="ascii") as file:
            file.write(text)

    def password(self, user, password):
        self.write("passwords", f"{self.relay} {user}:{password}\n")

    def __enter__(self):
        self.run("start")
        return self

    def __exit__(self, *_):
        self.run("stop")

    def run(self, word):
        done = subprocess.run([self.program, "-c", self.configuration, word], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
        expect(done.returncode == 0, f"postfix {word}: {done.stdout[-300:]}")

    def submit(self, raw, sender, recipient):
        """Puts a mail into the queue, and waits until the queue has got rid of it."""
        subprocess.run(["sendmail", "-C", self.configuration, "-f", sender, "--", recipient],
                       input=raw.replace(b"\r\n", b"\n"), check=True, timeout=60)
        said = until(self.outcome, 60, "Postfix to hand the mail over")
        expect("status=sent" in said, f"Postfix says: {said}")

    def outcome(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                lines = [line for line in file if " status=" in line or " fatal: " in line]
        except FileNotFoundError:
            return None
        return lines[-1].strip() if lines else None
