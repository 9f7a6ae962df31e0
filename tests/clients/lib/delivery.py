"""A server that other mail servers hand their mail to: accounts, aliases, LMTP on TCP and on a Unix socket."""
import os

from lib import mail
from lib.registry import equal
from lib.server import until

ANN, BOB = "ann@example.org", "bob@example.org"
NOBODY = "nobody@example.org"


def start(context, settings=None, users=(ANN, BOB), config=()):
    """A server of one check with these users. It logs what clients say to it."""
    os.chmod(context.base, 0o711)  # Clients with users of their own must find the way to the socket.
    folder = context.folder("socket")
    os.chmod(folder, 0o755)
    listen = ["127.0.0.1:0", f"unix:{os.path.join(folder, 'lmtp')}"]
    server = context.fresh("delivery", config=config, settings={
        "actormail.accounts.mode": "file",
        "actormail.domains": "example.org",
        "actormail.auth.failure-delay": "10ms",
        "actormail.lmtp.listen": ",".join(listen),
        "actormail.lmtp.socket-mode": "0666",
        "actormail.log.level": "debug",
        **(settings or {}),
    })
    for user in users:
        server.add_user(user, password_of(user))
    return server


def password_of(user):
    return f"{user.partition('@')[0]}-Secret-1"


def address(endpoint):
    """As programs take it: `host:port`."""
    return f"{endpoint[0]}:{endpoint[1]}"


def names(server, user):
    """The names of the mails in a mailbox file, each of them whole."""
    return [mail.ident_of(raw) for raw in server.stored(user)]


def field(raw, name):
    """A field of a message's header, unfolded; None without it."""
    head = raw.partition(b"\r\n\r\n")[0].replace(b"\r\n\t", b" ").replace(b"\r\n ", b" ")
    prefix = name.encode() + b": "
    return next((line[len(prefix):].decode() for line in head.split(b"\r\n") if line.startswith(prefix)), None)


def received(server, user):
    """The Received field of the one message of a mailbox."""
    found = server.stored(user)
    equal(len(found), 1, f"messages of {user}")
    return field(found[0], "Received")


def logs(server, text):
    """Waits until the log says so: it is written behind the replies."""
    until(lambda: text in server.logged(), 30, f"{text!r} in the log")


def hears(server, line):
    """Waits until the log has it that a client said this line, or one that begins so, in any letter case."""
    wanted = f' C: "{line}'.lower()
    until(lambda: wanted in server.logged().lower(), 30, f"{line!r} of a client in the log")
