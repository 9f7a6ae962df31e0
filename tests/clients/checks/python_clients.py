"""Python's own clients: smtplib and poplib."""
import os
import poplib
import smtplib

from lib import mail
from lib.registry import check, equal, expect
from lib.server import until

AWKWARD = (b"Subject: awkward\r\nFrom: <sender@example.net>\r\n\r\n"
           b".\r\n..\r\n.dot\r\n..two dots\r\n\r\nFrom the beginning of a line\r\n>From quoted\r\n>>From twice\r\n"
           b"\r\nFrom sender@example.net Tue Nov 24 00:00:00 2026\r\nFrom: not a field\r\n"
           + "Grüße, 日本語\r\n".encode() + bytes(range(128, 256)) + b"\r\n" + b"x" * 998 + b"\r\n"
           + b"trailing blanks  \t \r\nContent-Length: 7\r\nStatus: RO\r\n\r\n\r\n \r\n\r\n")


def send(server, raw, recipients, **options):
    with smtplib.SMTP(*server.smtp, timeout=60) as smtp:
        refused = smtp.sendmail("sender@example.net", recipients, raw, **options)
        equal(refused, {}, "recipients refused")


def login(server, user, password="any"):
    pop = poplib.POP3(*server.pop3, timeout=60)
    pop.user(user)
    pop.pass_(password)
    return pop


def fetch(pop, number):
    return b"".join(line + b"\r\n" for line in pop.retr(number)[1])


# D11 D12 S4 R5321-4.5.3.1.8-a R5321-4.5.3.1.6-a R5321-4.5.2-c R6152-3-a
@check
def smtplib_delivers_awkward_octets_to_a_hundred_recipients(context):
    server = context.default()
    users = [f"many-{number}@example.org" for number in range(100)]
    send(server, AWKWARD, users, mail_options=["BODY=8BITMIME"])
    for user in users:
        found = server.stored(user)
        equal(len(found), 1, f"messages in the file of {user}")
        expect(found[0].endswith(AWKWARD), f"the file of {user} holds {found[0][-200:]!r}")
    for user in users[::33]:
        pop = login(server, user)
        expect(fetch(pop, 1).endswith(AWKWARD), f"RETR gives {user} other octets than were sent")
        pop.quit()


# R5321-4.5.3.1.7-a R1939-5-f
@check
def smtplib_delivers_20_megabytes(context):
    server, user, raw = context.default(), "big@example.org", mail.make("big", 20_000_000)
    send(server, raw, [user])
    pop = login(server, user)
    number, octets = pop.stat()
    equal(number, 1, "messages")
    found = fetch(pop, 1)
    equal(len(found), octets, "octets of RETR against STAT")
    equal(mail.ident_of(found), "big", "name")
    pop.dele(1)
    pop.quit()


# P4 R1939-5-c R1939-5-f R1939-5-h R1939-7-b
@check
def poplib_sees_what_it_may_ask(context):
    server, user = context.default(), "poplib@example.org"
    for number in range(3):
        send(server, mail.make(f"poplib-{number}", 1000), [user])
    pop = login(server, user)
    expect("UIDL" in pop.capa(), "CAPA names no UIDL")
    count, octets = pop.stat()
    listing = [tuple(map(int, line.split())) for line in pop.list()[1]]
    equal([number for number, _ in listing], [1, 2, 3], "numbers of LIST")
    equal((count, octets), (3, sum(size for _, size in listing)), "STAT against LIST")
    for number, size in listing:
        equal(len(fetch(pop, number)), size, f"octets of RETR {number} against LIST")
    top = b"\r\n".join(pop.top(2, 1)[1]) + b"\r\n"
    head, _, body = top.partition(b"\r\n\r\n")
    expect(b"X-Check-Id: poplib-1" in head and body.count(b"\r\n") == 1, f"TOP 2 1 gives {top!r}")
    for command in ("RETR 4", "RETR 0", "RETR -1", "RETR +1", "RETR 4294967297", "RETR", "TOP 1", "DELE x"):
        try:
            said = pop._shortcmd(command)  # pylint: disable=protected-access
        except poplib.error_proto:
            continue
        raise AssertionError(f"{command} was answered {said!r}")
    pop.quit()


# P1 P2 R1939-4-f R1939-5-m R1939-6-a R1939-6-b
@check
def dele_takes_effect_at_quit_only(context):
    server, user = context.default(), "dele@example.org"
    for number in range(4):
        send(server, mail.make(f"dele-{number}", 1000), [user])
    pop = login(server, user)
    pop.dele(1)
    pop.rset()
    equal(pop.stat()[0], 4, "messages after RSET")
    pop.dele(1)
    pop.close()
    pop = until(lambda: login_if_free(server, user), 30, "the lock of a session that is gone")
    equal(pop.stat()[0], 4, "messages after a session without QUIT")
    pop.dele(2)
    equal(pop.stat()[0], 3, "messages after DELE")
    pop.quit()
    equal([mail.ident_of(one) for one in server.stored(user)], ["dele-0", "dele-2", "dele-3"], "mails in the file")


def login_if_free(server, user):
    try:
        return login(server, user)
    except poplib.error_proto as refusal:
        expect(b"IN-USE" in refusal.args[0], f"the refusal is {refusal}")
        return None


# P2 P3 R1939-4-c R1939-4-g
@check
def one_session_holds_a_mailbox(context):
    server, user = context.default(), "locked@example.org"
    first = login(server, user)
    expect(login_if_free(server, user) is None, "a second session was let in")
    send(server, mail.make("locked"), [user])
    equal(first.stat()[0], 0, "messages that the open session sees")
    first.quit()
    second = until(lambda: login_if_free(server, user), 30, "the lock after QUIT")
    equal(second.stat()[0], 1, "messages that the next session sees")
    second.quit()


# P5 R1939-7-h R1939-7-i
@check
def uidl_is_stable_over_a_restart(context):
    server, user = context.fresh(), "uidl@example.org"
    for number in range(5):
        send(server, mail.make(f"uidl-{number}", 1000), [user])

    def uidls():
        pop = login(server, user)
        found = [line.split()[1] for line in pop.uidl()[1]]
        pop.quit()
        return found

    before = uidls()
    equal(len(set(before)), 5, "different unique ids")
    server.restart()
    equal(uidls(), before, "unique ids after a restart")
    pop = login(server, user)
    for number in range(1, 6):
        pop.dele(number)
    pop.quit()
    equal(os.path.exists(server.mailbox(user)) and os.path.getsize(server.mailbox(user)), 0, "octets left in the file")
    server.restart()
    send(server, mail.make("uidl-5", 1000), [user])
    expect(not set(uidls()) & set(before), "a unique id was used again")
