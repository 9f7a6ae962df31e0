"""Programs of Debian that read the mailbox file, and what checks of other readers use."""
import mailbox
import os
import pty
import select
import time

from lib import mail
from lib.registry import check, equal, expect
from lib.wire import Smtp, fetch_all

COUNT = 5


def fill(server, user, count=COUNT):
    """Delivers mails with awkward bodies; their names."""
    names = [f"{user.partition('@')[0]}-{number}" for number in range(count)]
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        for name in names:
            equal(smtp.deliver(mail.make(name, 2000), user), 250, "the reply to the final dot")
        smtp.say("QUIT", 221)
    return names


def names_of(raws):
    return sorted(mail.ident_of(raw) for raw in raws)


def in_crlf(raw):
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def split_saved(path):
    """The messages of a file a client wrote in mbox format, by Python's reader."""
    box = mailbox.mbox(path, create=False)
    return [in_crlf(box.get_bytes(key)) for key in box.keys()]


@check
def python_reads_the_mailbox_file(context):
    server, user = context.default(), "pymbox@example.org"
    names = fill(server, user)
    equal(names_of(split_saved(server.mailbox(user))), names, "names that Python's mailbox.mbox reads")
    equal(names_of(server.stored(user)), names, "names that our own parser reads")


@check
def formail_splits_the_mailbox_file(context):
    server, user = context.default(), "formail@example.org"
    names = fill(server, user)
    with open(server.mailbox(user), "rb") as file:
        found = context.run(context.tool("formail"), "-s", context.tool("formail"), "-zxX-Check-Id:", text=file.read())
    equal(found.decode().split(), names, "names that formail reads")


@check
def procmail_takes_the_mailbox_file_over(context):
    server, user, folder = context.default(), "procmail@example.org", context.folder()
    names, inbox = fill(server, user), os.path.join(folder, "inbox")
    with open(server.mailbox(user), "rb") as file:
        context.run(context.tool("formail"), "-s", context.tool("procmail"), f"DEFAULT={inbox}", "/dev/null",
                    text=file.read())
    equal(names_of(split_saved(inbox)), names, "names that procmail wrote")


@check
def mutt_reads_the_mailbox_file(context):
    server, user, folder = context.default(), "mutt@example.org", context.folder()
    names, path, out = fill(server, user), server.mailbox(user), os.path.join(folder, "piped")
    os.mkdir(os.path.join(folder, "Mail"))  # Without it mutt asks, and takes the first keys for the answer.
    before = os.stat(path)
    keys = f"<tag-pattern>~A<enter><tag-prefix><pipe-message>cat >>{out}<enter><exit>"
    on_terminal([context.tool("mutt"), "-n", "-F", "/dev/null", "-R", "-f", path, "-e", "set pipe_split=yes",
                 "-e", "set wait_key=no", "-e", "set pipe_decode=no", "-e", "set tmpdir=" + folder,
                 "-e", f'push "{keys}"'], folder)
    with open(out, "rb") as file:
        piped = file.read()
    found = [line.split()[1].decode() for line in piped.splitlines() if line.startswith(b"X-Check-Id:")]
    equal(found, names, "names that mutt shows")
    after = os.stat(path)
    equal((after.st_size, after.st_mtime_ns), (before.st_size, before.st_mtime_ns), "size and time of the file")
    equal(names_of(fetch_all(server, user)), names, "names over POP3 afterwards")


def on_terminal(command, home, seconds=30):
    """Runs a program that wants a terminal, to its end."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="vt100", HOME=home, LC_ALL="C.UTF-8")
        os.execv(command[0], command)
    deadline, said = time.monotonic() + seconds, b""
    try:
        while select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
            said += os.read(terminal, 4096)
    except OSError:
        pass
    if time.monotonic() > deadline:
        os.kill(pid, 9)
    os.close(terminal)
    status = os.waitpid(pid, 0)[1]
    expect(status == 0, f"{os.path.basename(command[0])} ended with status {status}: {said[-200:]!r}")
