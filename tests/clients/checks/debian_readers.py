"""Programs of Debian that fetch mail, or read the mailbox file."""
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
def curl_reads_by_pop3(context):
    server, user = context.default(), "curl-pop@example.org"
    names, curl = fill(server, user), context.tool("curl")

    def ask(path, *more):
        return context.run(curl, "-sS", "--user", f"{user}:any", *more,
                           f"pop3://{server.pop3[0]}:{server.pop3[1]}/{path}")

    equal(len(ask("").split(b"\r\n")), COUNT + 1, "lines of LIST")
    equal(len(ask("", "-X", "UIDL").split(b"\r\n")), COUNT + 1, "lines of UIDL")
    ask("", "-I", "-X", "STAT")
    equal(names_of(ask(number) for number in range(1, COUNT + 1)), sorted(names), "names of the mails")
    ask("2", "-I", "-X", "DELE")
    equal(names_of(fetch_all(server, user)), sorted(set(names) - {names[1]}), "names after DELE 2")


@check
def mpop_fetches_and_deletes(context):
    server, user, folder = context.default(), "mpop@example.org", context.folder()
    names, inbox = fill(server, user), os.path.join(folder, "inbox")
    options = [f"--host={server.pop3[0]}", f"--port={server.pop3[1]}", f"--user={user}", "--passwordeval=echo any",
               "--auth=user", "--tls=off", f"--delivery=mbox,{inbox}", f"--uidls-file={folder}/uidls",
               "--received-header=off"]
    context.run(context.tool("mpop"), *options, "--keep=on")
    equal(names_of(split_saved(inbox)), names, "names of the mails fetched")
    context.run(context.tool("mpop"), *options, "--keep=on")
    equal(len(split_saved(inbox)), COUNT, "mails after a second fetch that keeps")
    more = fill(server, user, COUNT + 1)[COUNT:]
    expect(more, "one more mail")
    context.run(context.tool("mpop"), *options, "--keep=off")
    equal(fetch_all(server, user), [], "mail left after a fetch that deletes")


@check
def fetchmail_fetches_with_an_mda(context):
    server, user, folder = context.default(), "fetchmail@example.org", context.folder()
    names, inbox, control = fill(server, user), os.path.join(folder, "inbox"), os.path.join(folder, "rc")
    with open(os.open(control, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
        file.write(f'poll "{server.pop3[0]}" port {server.pop3[1]} proto POP3 auth password uidl\n'
                   f'  user "{user}" password "any" sslproto "" fetchall nokeep\n'
                   f'  mda "/bin/sh -c \'echo From fetchmail Tue Nov 24 00:00:00 2026; cat; echo\' >>{inbox}"\n')
    context.run(context.tool("fetchmail"), "-f", control, "--nosyslog", "--nodetach", "--norewrite", "--invisible",
                "--pidfile", f"{folder}/pid", "-i", f"{folder}/ids", env={"FETCHMAILHOME": folder})
    equal(names_of(split_saved(inbox)), names, "names of the mails fetched")
    equal(fetch_all(server, user), [], "mail left")


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
