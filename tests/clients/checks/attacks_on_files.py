"""Names that want to be paths, full disks, modes of files and ports: N1-N4, D5, D6, O1 and O3."""
import os
import resource

from lib import mail
from lib.registry import check, equal, expect
from lib.server import until
from lib.volume import small_volume
from lib.wire import Pop, Smtp, fetch_all

NAMES = ("../evil", "..", ".", "../../../../tmp/evil", "/etc/passwd", "//evil", "a/../../evil", "..\\evil",
         "C:\\evil", "\\\\host\\evil", "%2e%2e%2fevil", "%252e%252e%252fevil", "..%c0%afevil", "~", "~root", "|id",
         "`id`", "$(id)", ":include:/etc/passwd", "-rf", "store.lock", ".lock", "evil.lock", "*", "?ob", "alic*",
         "evil\tname", "CON", "nul", "\uff0e\uff0e\uff0fevil", "..\u2215evil", "a" * 64, "evil.", ".evil", "..evil..",
         "INBOX.aml", "x/y")


def tree(path):
    return {os.path.relpath(os.path.join(place, name), path)
            for place, folders, files in os.walk(path) for name in folders + files}


def deliver(server, name, *users):
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        return smtp.deliver(mail.make(name, 1000), *users)


# N1 N2 N4 N6 R5321-4.1.2-d
@check
def no_name_leaves_the_mail_folder(context):
    outside = context.folder("outside")
    server = context.fresh("within", data=os.path.join(outside, "a", "b", "data"))
    deliver(server, "first", "bob@example.org")
    before = {path for path in tree(outside) if not path.startswith(("a/b/data/mail/", "a/b/data/meta/"))}
    taken = 0
    for name in NAMES:
        for recipient in (f"{name}@example.org", f'"{name}"@example.org', f"evil@{name}", f'"{name}"@..', name):
            with Smtp(server) as smtp:
                smtp.say("EHLO client.example", 250)
                smtp.say("MAIL FROM:<a@example.net>", 250)
                if smtp.ask(f"RCPT TO:<{recipient}>") == 250:
                    smtp.say("DATA", 354)
                    smtp.send(b"Subject: evil\r\n\r\nx\r\n.\r\n")
                    code = smtp.reply()[0]
                    expect(code == 250 or code // 100 in (4, 5), f"{recipient!r} was answered {code}")
                    taken += code == 250
        with Pop(server) as pop:
            if (pop.ask(f"USER {name}") or "-ERR").startswith("+OK"):
                pop.ask("PASS x")
    after = tree(outside)
    own = ("a/b/data/mail/", "a/b/data/meta/", "a/b/data/spool")
    new = {path for path in after - before if not path.startswith(own)}
    equal(new, set(), "files made outside of the mail folder (N2)")
    inside = [path[len("a/b/data/mail/"):] for path in after if path.startswith("a/b/data/mail/")]
    odd = [name for name in inside
           if "/" in name or name.startswith(".") or name.endswith(".lock") or not name.isprintable()]
    equal(odd, [], "odd names in the mail folder (N2, N4)")
    expect(taken > 0, "no odd name was taken at all: quoted local parts should be")
    equal([mail.ident_of(one) for one in fetch_all(server, "bob@example.org")], ["first"], "bob's mail")


# N3 R5321-2.4-c
@check
def no_spelling_reaches_another_mailbox(context):
    server = context.default()
    for user in ("carla@example.org", "carla2@example.org", "Carla@EXAMPLE.org"):
        equal(deliver(server, user, user), 250, f"a mail to {user}")
    equal(len(server.stored("carla@example.org")), 2, "mails of carla in both spellings (N3)")
    equal(len(fetch_all(server, "CARLA@Example.Org")), 2, "mails of carla by another spelling")
    for user in ("carl@example.org", "carl*@example.org", "carl?@example.org", "carla%@example.org", "*@*",
                 "arla@example.org", "carla@example", "carla@example.org.", "x/../carla@example.org",
                 "./carla@example.org"):
        with Pop(server) as pop:
            known = (pop.ask(f"USER {user}") or "-ERR").startswith("+OK")
            if known and (pop.ask("PASS x") or "-ERR").startswith("+OK"):
                equal(pop.ok("STAT").split()[1], "0", f"mails that {user} sees")


# S13
@check
def one_mail_to_the_same_recipient_twice_is_one_copy(context):
    server = context.default()
    equal(deliver(server, "twice", "twice@example.org", "Twice@EXAMPLE.ORG", "twice@example.org"), 250, "the mail")
    equal(len(server.stored("twice@example.org")), 1, "copies (S13)")


def fill_up(server, user, prefix):
    """Sends until the server has no room for more; the names of the mails taken."""
    taken = []
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        for number in range(500):
            name = f"{prefix}-{number}"
            code = smtp.deliver(mail.make(name, 60_000), user)
            if code == 250:
                taken.append(name)
            else:
                expect(code != 0, f"the connection ended after {len(taken)} mails, the server {server.state()}")
                expect(code in (451, 452, 552), f"a full disk was answered {code}")
                return taken
    raise AssertionError("the disk never was full")


def survives_a_full_disk(context, reserve):
    user = "full@example.org"
    with small_volume(context.folder("small"), 32) as folder:
        ballast = os.path.join(folder, "ballast")
        with open(ballast, "wb") as file:
            file.write(bytes(1_000_000))
        server = context.fresh(data=os.path.join(folder, "data"), settings=reserve)
        try:
            taken = fill_up(server, user, "first")
            expect(taken, "nothing was taken at all")
            with Smtp(server) as smtp:
                smtp.say("EHLO client.example", 250)
                code = smtp.deliver(mail.make("huge", 20_000_000), user)
                expect(code in (451, 452, 552), f"a mail larger than the disk was answered {code}")
            there = [mail.ident_of(one) for one in fetch_all(server, user)]
            # Where nothing is kept in reserve, the last ones are in the journal, and wait for room in the file.
            waiting = taken[len(there):] if reserve else []
            equal(there + waiting, taken, "mails by POP3 from a full disk")
            with Pop(server, user) as pop:
                for number in range(1, len(there) + 1):
                    pop.ok(f"DELE {number}")
                pop.ok("QUIT")
            os.unlink(ballast)
            after = [*waiting, *until(lambda: room_again(server, user), 30, "room after deleting")]
            until(lambda: [mail.ident_of(one) for one in fetch_all(server, user)] == after, 30, f"{after} by POP3")
            # The octets of what was deleted leave a large file behind the answer.
            until(lambda: [mail.ident_of(one) for one in server.stored(user)] == after, 60, f"{after} in the file")
            server.restart()
            equal([mail.ident_of(one) for one in fetch_all(server, user)], after, "mails after a restart")
        finally:
            server.end()


def room_again(server, user):
    return ["again"] if deliver(server, "again", user) == 250 else None


# D5 R5321-4.2.5-a
@check
def a_full_disk_is_a_temporary_refusal(context):
    survives_a_full_disk(context, {})


# D5 R5321-4.1.1.4-d
@check
def a_full_disk_without_reserve_tears_nothing(context):
    survives_a_full_disk(context, {"actormail.store.min-free-space": "0"})


# D6
@check
def a_limit_on_file_sizes_ends_nothing(context):
    server, user = context.fresh(), "fsize@example.org"
    process = server.process.pid
    usual = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (400_000, usual[1]))
    taken = fill_up(server, user, "limited")
    expect(taken, "nothing was taken below the limit")
    resource.prlimit(process, resource.RLIMIT_FSIZE, usual)
    equal(until(lambda: room_again(server, user), 30, "mail without the limit"), ["again"], "mail without the limit")
    equal([mail.ident_of(one) for one in server.stored(user)], [*taken, "again"], "mails in the file")
    equal([mail.ident_of(one) for one in fetch_all(server, user)], [*taken, "again"], "mails by POP3")


# O1
@check
def files_are_private_whatever_the_umask(context):
    folder = context.folder("umask")
    server = context.fresh("umask-server", data=os.path.join(folder, "data"), umask=0, settings={
        "actormail.accounts.mode": "file", "actormail.domains": "example.org"})
    old = os.umask(0)
    try:
        server.add_user("modes@example.org", "modes-Secret-1")
    finally:
        os.umask(old)
    equal(deliver(server, "modes", "modes@example.org"), 250, "the mail")
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        equal(smtp.deliver(mail.make("large", 3_000_000), "modes@example.org"), 250, "a large mail")
    with Pop(server, "modes@example.org", "modes-Secret-1") as pop:
        pop.ok("DELE 1")
        pop.ok("QUIT")
    wrong = [f"{path} {mode & 0o777:o}" for path in sorted(tree(folder))
             for mode in (os.lstat(os.path.join(folder, path)).st_mode,)
             if mode & 0o077]
    equal(wrong, [], "files and folders that others may use (O1)")


# O3
@check
def only_the_mail_ports_are_listened_on(context):
    server = context.fresh()
    deliver(server, "listening", "listening@example.org")
    handles = f"/proc/{server.process.pid}/fd"
    mine = set()
    for name in os.listdir(handles):
        try:
            mine.add(os.readlink(os.path.join(handles, name)))
        except FileNotFoundError:
            pass  # Closed meanwhile.
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        with open(f"/proc/net/{table}", encoding="ascii") as file:
            for row in list(file)[1:]:
                fields = row.split()
                if f"socket:[{fields[9]}]" in mine and (fields[3] == "0A" or table.startswith("udp")):
                    found.add((table, int(fields[1].rpartition(":")[2], 16)))
    equal(found, {("tcp", server.smtp[1]), ("tcp", server.pop3[1])}, "ports the server listens on (O3)")
