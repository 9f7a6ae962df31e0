"""The mailbox files of a store that was killed and started again, in the eyes of other programs.

What they make of a line of a message that begins with `From `, which stands in the file as `>From `, and of
`>From `, which stands there as `>>From `: Python's mailbox, mutt, Dovecot and formail all give out what stands in the
file, so with one `>` more than was sent. None takes such a line for the beginning of a message, none loses or adds
one. Of the rest of a message every octet is as it was sent. mutt and formail give out the blank line as well that
stands behind every message.
"""
import mailbox
import os
import re
import shutil
import tempfile

from checks.debian_readers import on_terminal
from lib.kills import KillLoop, USERS
from lib.registry import check, equal, expect

ROUNDS = 4
SEED = 2026
NOBODY = 65534

_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def crashed(context):
    """A store after some kills and starts, made once: its ledger, and each mailbox file with what it holds."""
    if not hasattr(context, "crashed"):
        loop = KillLoop(context.binary, context.folder("crashed"), SEED)
        loop.run(ROUNDS)
        files = {user: loop.server.mailbox(user) for user in USERS}
        names = {user: [loop.ledger.recognise(raw, is_exact=False).ident for raw in loop.server.stored(user)]
                 for user in USERS}
        expect(sum(map(len, names.values())) > 50, f"too little mail for a check of readers: {names}")
        context.crashed = loop.ledger, files, names
    return context.crashed


def has_quotes(path):
    with open(path, "rb") as file:
        return _QUOTED.search(file.read()) is not None


def same_letters(context, reader, read, separator=b""):
    """A reader gives, of each file, the messages that are there: `read` takes a copy of the file and a folder."""
    ledger, files, names = crashed(context)
    expect(any(map(has_quotes, files.values())), "no quoted line in any file")
    for user, path in files.items():
        folder = context.folder(reader)
        # Some readers write to what they read.
        copy = shutil.copy2(path, os.path.join(folder, "inbox"))
        letters = [ledger.recognise(as_sent(raw, separator), is_exact=False) for raw in read(copy, folder)]
        equal([letter.ident for letter in letters], names[user], f"letters of {user} that {reader} reads")


def as_sent(raw, separator):
    """A message as it came by SMTP, of one with LF, quoted lines, and perhaps what stands around it in the file."""
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    expect(raw.endswith(separator), f"a message without the blank line behind it: {raw[-60:]!r}")
    raw = raw.removesuffix(separator)
    return _QUOTED.sub(rb"\1", raw).replace(b"\n", b"\r\n")


@check
def python_reads_every_message_after_crashes(context):
    def read(path, _):
        box = mailbox.mbox(path, create=False)
        return [box.get_bytes(key) for key in box.keys()]

    same_letters(context, "python", read)


@check
def mutt_reads_every_message_after_crashes(context):
    mutt = context.tool("mutt")

    def read(path, folder):
        out = os.path.join(folder, "out")
        os.mkdir(out)
        os.mkdir(os.path.join(folder, "Mail"))  # Without it mutt asks, and takes the first keys for the answer.
        keys = f"<tag-pattern>~A<enter><tag-prefix><pipe-message>cat >{out}/$(ls {out} | wc -l)<enter><exit>"
        on_terminal([mutt, "-n", "-F", "/dev/null", "-R", "-f", path, "-e", "set pipe_split=yes", "-e",
                     "set wait_key=no", "-e", "set pipe_decode=no", "-e", "set sort=mailbox-order", "-e",
                     "set tmpdir=" + folder, "-e", f'push "{keys}"'], folder, 120)
        return [contents(os.path.join(out, name)) for name in sorted(os.listdir(out), key=int)]

    same_letters(context, "mutt", read, separator=b"\n")


@check
def dovecot_reads_every_message_after_crashes(context):
    doveadm = context.tool("doveadm")

    def read(path, _):
        # Dovecot opens no mailbox as root, and nobody gets into the folders of a check.
        user, group = (NOBODY, NOBODY) if os.getuid() == 0 else (os.getuid(), os.getgid())
        with tempfile.TemporaryDirectory(prefix="actormail-dovecot-") as folder:
            config, inbox = os.path.join(folder, "dovecot.conf"), shutil.copy(path, os.path.join(folder, "inbox"))
            with open(config, "w", encoding="ascii") as file:
                file.write(f"mail_location = mbox:{folder}/boxes:INBOX={inbox}:INDEX=MEMORY\nssl = no\n"
                           f"base_dir = {folder}/run\nlog_path = {folder}/log\nmbox_write_locks = fcntl\n"
                           f"mail_uid = {user}\nmail_gid = {group}\nfirst_valid_uid = 1\nfirst_valid_gid = 1\n")
            os.mkdir(os.path.join(folder, "boxes"))
            for name in (folder, config, inbox, os.path.join(folder, "boxes")):
                os.chown(name, user, group)
            said = context.run(doveadm, "-c", config, "-f", "pager", "fetch", "text", "mailbox", "INBOX", "all",
                               env={"USER": "reader"}, timeout=120)
        return re.split(rb"^text:\n", said, flags=re.MULTILINE)[1:]

    same_letters(context, "dovecot", read)


@check
def formail_reads_every_message_after_crashes(context):
    formail = context.tool("formail")

    def read(path, folder):
        out = os.path.join(folder, "out")
        os.mkdir(out)
        context.run(formail, "-s", "sh", "-c", f"cat >{out}/$FILENO", text=contents(path), timeout=120)
        return [contents(os.path.join(out, name)) for name in sorted(os.listdir(out), key=int)]

    same_letters(context, "formail", read, separator=b"\n")


def contents(path):
    with open(path, "rb") as file:
        return file.read()
