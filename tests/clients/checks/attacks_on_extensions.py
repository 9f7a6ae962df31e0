"""Chunks that lie, headers of front ends that nobody trusts or that never end, one protocol on the port of another."""
import os
import socket

from checks.attacks_on_resources import resident
from checks.attacks_on_smtp import works
from lib import mail
from lib.registry import check, equal, expect
from lib.server import until
from lib.wire import Smtp, Wire, fetch_all

GIBIBYTE, MEBIBYTE = 1024 * 1024 * 1024, 1024 * 1024
BEGIN = b"EHLO client.example\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<%s>\r\n"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def codes(wire):
    """The codes of all replies until the end."""
    found = []
    for line in wire.rest().split(b"\r\n"):
        if line[3:4] == b" ":
            found.append(int(line[:3]))
    return found


def at_once(server, octets, listener="smtp"):
    """What a client gets that says all this in one breath, and nothing afterwards."""
    with Smtp(server, listener=listener) as smtp:
        smtp.send(octets)
        smtp.socket.shutdown(socket.SHUT_WR)
        return codes(smtp)


# D7
@check
def a_chunk_that_never_comes_is_no_mail(context):
    server = context.fresh(settings={f"actormail.smtp.{name}-timeout": "2s" for name in ("data", "idle", "command")})
    user, endings = "torn@example.org", ("close", "reset", "half-close", "silence")
    for start in (b"BDAT 1000 LAST\r\n" + b"x" * 999, b"BDAT 1000 LAST\r\n", b"BDAT 5\r\nA: b\n",
                  b"BDAT 5\r\nA: b\nBDAT 9"):
        for ending in endings:
            smtp = Smtp(server)
            smtp.send(BEGIN % user.encode() + start)
            for _ in range(3):
                equal(smtp.reply()[0], 250, "a reply in front of the chunk")
            if ending == "reset":
                smtp.reset()
                continue
            if ending == "half-close":
                smtp.socket.shutdown(socket.SHUT_WR)
            if ending != "close":
                expect(250 not in codes(smtp)[1:], f"{start[:20]!r} and {ending} was taken")
            smtp.close()
    works(server)
    server.restart()
    equal(server.stored(user), [], "mails whose last chunk never came (D7)")
    spool = os.path.join(server.data, "spool")
    equal(os.listdir(spool) if os.path.isdir(spool) else [], [], "files left in the spool")


# S8 R3030-2-c R3030-2-d R3030-2-e R2920-3.2-e
@check
def refused_chunks_are_read_and_not_obeyed(context):
    server = context.fresh(settings={"actormail.domains": "example.org", "actormail.smtp.max-message-size": "64KiB"})
    hidden = b"RSET\r\n.\r\nMAIL FROM:<e@example.net>\r\nRCPT TO:<hidden@example.org>\r\nDATA\r\nx\r\n.\r\nNOOP\r\n"
    chunk = b"BDAT %d\r\n" % len(hidden) + hidden
    last = b"BDAT %d LAST\r\n" % len(hidden) + hidden
    large = b"BDAT 70000\r\n" + (hidden * 1000)[:70000]
    end = b"NOOP\r\nQUIT\r\n"
    elsewhere, here = BEGIN % b"x@elsewhere.example", BEGIN % b"chunks@example.org"
    for octets, wanted in (
            (chunk + last + end, [503, 503, 250, 221]),
            (elsewhere + chunk + last + end, [250, 250, 550, 503, 503, 250, 221]),
            (here + large + chunk + last + end, [250, 250, 250, 552, None, None, 250, 221]),
            (here + last + chunk + end, [250, 250, 250, 250, 503, 250, 221]),
            (here + chunk + b"DATA\r\n" + last + end, [250, 250, 250, 250, 503, 250, 250, 221])):
        found = at_once(server, octets)
        equal(len(found), len(wanted), f"replies to {octets[:60]!r} ({found})")
        for code, expected in zip(found, wanted):
            expect(code // 100 == 5 if expected is None else code == expected, f"{found} instead of {wanted}")
    equal(server.stored("hidden@example.org"), [], "mails whose commands were in chunks")
    equal(len(server.stored("chunks@example.org")), 2, "mails in chunks that were taken")


# S8 R3030-2-f
@check
def sizes_of_chunks_that_are_no_sizes_are_refused(context):
    server, user = context.default(), "sizes-of-chunks@example.org"
    for size in (b"-1", b"+5", b"0x10", b"5.0", b"", b"LAST", b"5 LASTING", b"5 LAST LAST", b"5LAST",
                 b"4294967301", b"18446744073709551621", b"9" * 100, "٥".encode(), b"5\0"):
        with Smtp(server) as smtp:
            smtp.send(BEGIN % user.encode() + b"BDAT " + size + b"\r\nx: y\n\r\n")
            smtp.socket.shutdown(socket.SHUT_WR)
            found = codes(smtp)
        expect(found[:3] == [250] * 3 and all(code // 100 in (4, 5) for code in found[3:]), f"BDAT {size}: {found}")
    equal(server.stored(user), [], "mails of a size that is none")
    works(server)


# F1 S5 S8
@check
def a_gibibyte_in_chunks_takes_no_memory_and_no_disk(context):
    server, user, block = context.fresh(), "gibibyte@example.org", b"x" * MEBIBYTE
    works(server)
    before = resident(server)
    with Smtp(server, timeout=120) as smtp:
        smtp.say("EHLO client.example", 250)
        smtp.say(f"MAIL FROM:<a@example.net> SIZE={GIBIBYTE}", 552)
        smtp.say("MAIL FROM:<a@example.net>", 250)
        smtp.say(f"RCPT TO:<{user}>", 250)
        smtp.send(b"BDAT %d LAST\r\n" % GIBIBYTE)
        taken = sends(smtp, block, GIBIBYTE // MEBIBYTE)
        if taken:
            equal(smtp.reply()[0], 552, "the reply to a chunk of a gibibyte")
            smtp.say("NOOP", 250)
            smtp.say("MAIL FROM:<a@example.net>", 250)
            smtp.say(f"RCPT TO:<{user}>", 250)
            for number in range(128):
                smtp.chunk(block)
                code = smtp.reply()[0]
                equal(code, 250 if number < 64 else 552 if number == 64 else 503, f"the reply to chunk {number}")
    grown = resident(server) - before
    expect(grown < 128 * 1024, f"memory grew by {grown} KiB (F1)")
    works(server)
    until(lambda: not os.listdir(os.path.join(server.data, "spool")), 30, "an empty spool")
    equal(server.stored(user), [], "mails too large")


def sends(smtp, block, times):
    """Whether the server takes all of it."""
    try:
        for _ in range(times):
            smtp.send(block)
        return True
    except ConnectionError:
        return False


def trusting(context):
    """A server behind front ends on this machine, which has no patience."""
    return context.fresh(settings={"actormail.connections.proxy-protocol-from": "127.0.0.0/8",
                                   "actormail.smtp.command-timeout": "2s", "actormail.smtp.idle-timeout": "4s",
                                   "actormail.pop3.command-timeout": "2s", "actormail.pop3.idle-timeout": "4s"})


def version2(command, family, length, octets):
    return SIGNATURE + bytes((0x20 + command, family)) + length.to_bytes(2, "big") + octets


@check
def proxy_headers_that_lie_end_the_connection(context):
    server, ours = trusting(context), bytes((192, 0, 2, 1, 198, 51, 100, 1, 0x12, 0x67, 0, 25))
    commands = b"HELO client.example\r\nQUIT\r\n"
    for what, octets in {
            "an endless line": b"PROXY TCP4 " + b"1" * 100_000,
            "a line without an end": b"PROXY TCP4 192.0.2.1 198.51.100.1 4711 25",
            "a bare LF": b"PROXY TCP4 192.0.2.1 198.51.100.1 4711 25\n" + commands,
            "another line": b"PROXY TCP4 192.0.2.1 198.51.100.1 4711 25\rHELO x\r\n" + commands,
            "no address": b"PROXY TCP4 localhost 198.51.100.1 4711 25\r\n" + commands,
            "a port too far": b"PROXY TCP4 192.0.2.1 198.51.100.1 65536 25\r\n" + commands,
            "the wrong family": b"PROXY TCP4 ::1 ::1 4711 25\r\n" + commands,
            "no header": commands,
            "nothing": b"",
            "half a signature": SIGNATURE[:7],
            "a length of 64 KiB": version2(1, 0x11, 65535, ours + b"\0" * 70_000),
            "a length beyond the limit": version2(1, 0x11, 4096, ours + b"\0" * 4084 + commands),
            "less than its length": version2(1, 0x11, 200, ours + commands),
            "no room for the addresses": version2(1, 0x11, 4, ours[:4] + commands),
            "a length of nothing": version2(1, 0x21, 0, commands),
            "a command that is none": version2(7, 0x11, 12, ours + commands),
            "version 3": SIGNATURE + b"\x31\x11\x00\x0c" + ours + commands}.items():
        for endpoint in (server.smtp, server.pop3):
            with Wire(endpoint) as wire:
                try:
                    wire.send(octets)
                except ConnectionError:
                    pass
                said = wire.rest()
            expect(not said.startswith((b"220", b"+OK")), f"{what} was greeted: {said[:80]!r}")
    with Wire(server.smtp) as wire:
        wire.send(version2(1, 0x11, 12 + len(commands), ours + commands) + commands)
        equal(codes(wire), [220, 250, 221], "replies to commands, once in the header and once behind it")
    for _ in range(200):
        Wire(server.smtp).reset()
    with Wire(server.smtp) as wire:
        wire.send(b"PROXY UNKNOWN\r\n" + commands)
        equal(codes(wire), [220, 250, 221], "replies to a clean client")


@check
def proxy_headers_of_strangers_are_bad_commands(context):
    server, user = context.fresh(), "stranger@example.org"
    rest = BEGIN % user.encode() + b"DATA\r\nSubject: x\r\n\r\nx\r\n.\r\nQUIT\r\n"
    ours = bytes((192, 0, 2, 1, 198, 51, 100, 1, 0x12, 0x67, 0, 25))
    for count, header in enumerate((b"PROXY TCP4 192.0.2.1 198.51.100.1 4711 25\r\n", b"PROXY UNKNOWN\r\n",
                                    version2(1, 0x11, 12, ours) + b"\r\n"), start=1):
        found = at_once(server, header + rest)
        lines = header.count(b"\r\n")
        expect(all(code // 100 == 5 for code in found[:lines]), f"{header!r} was answered {found}")
        equal(found[lines:], [250, 250, 250, 354, 250, 221], "replies to what stands behind it")
        stored = server.stored(user)
        equal(len(stored), count, "mails")
        expect(b" ([127.0.0.1])" in stored[-1], f"the field names another client: {stored[-1][:200]!r}")
    with Smtp(server) as smtp:
        try:
            smtp.send(b"PROXY TCP4 " + b"1" * 1_000_000)
            smtp.socket.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass
        expect(all(code // 100 in (4, 5) for code in codes(smtp)), "an endless header of a stranger was taken")
    works(server)


@check
def xclient_of_strangers_changes_nothing(context):
    settings = {"actormail.smtp.xclient-from": "192.0.2.0/24", "actormail.domains": "example.org"}
    server, user = context.fresh(settings=settings), "xclient@example.org"
    rest = (b"MAIL FROM:<a@example.net>\r\nRCPT TO:<x@elsewhere.example>\r\nRCPT TO:<xclient@example.org>\r\n"
            b"DATA\r\nA: b\r\n.\r\nQUIT\r\n")
    for attack in (b"XCLIENT ADDR=192.0.2.9", b"XCLIENT LOGIN=ann@example.org", b"XCLIENT NAME=[UNAVAILABLE]",
                   b"XCLIENT", b"XCLIENT " + b"ADDR=192.0.2.9 " * 5000, b"XCLIENT ADDR=192.0.2.9+0D+0ARSET"):
        found = at_once(server, b"EHLO client.example\r\n" + attack + b"\r\n" + rest)
        equal(found[0], 250, "the reply to EHLO")
        expect(found[1] // 100 == 5, f"{attack[:40]!r} was answered {found[1]}")
        equal(found[2:], [250, 550, 250, 354, 250, 221], "replies to what stands behind it")
        expect(b" ([127.0.0.1])" in server.stored(user)[-1], "the field names another client")
    server.stop()
    expect("192.0.2.9:" not in server.logged(), "the log believes a stranger")


# R2033-4.1-a R2033-4.2-b
@check
def lmtp_on_the_port_of_smtp_delivers_nothing(context):
    folder = context.folder("socket")
    server, user = context.fresh(settings={
        "actormail.domains": "example.org",
        "actormail.lmtp.listen": f"127.0.0.1:0,unix:{os.path.join(folder, 'lmtp')}"}), "crossed@example.org"
    talk = (b"%s client.example\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<crossed@example.org>\r\n"
            b"RCPT TO:<crossed@example.org>\r\nDATA\r\nSubject: x\r\n.\r\nQUIT\r\n")
    for listener, hello in (("smtp", b"LHLO"), ("lmtp", b"EHLO"), ("lmtp", b"HELO"), ("lmtp-socket", b"EHLO")):
        found = at_once(server, talk % hello, listener)
        expect(found[-1] == 221 and all(code // 100 == 5 for code in found[:-1]), f"{hello} on {listener}: {found}")
    equal(server.stored(user), [], "mails by the wrong protocol")
    found = at_once(server, talk % b"LHLO", "lmtp-socket")
    equal(found, [250, 250, 250, 250, 354, 250, 250, 221], "replies by the right one")
    equal(len(server.stored(user)), 1, "copies of a mail to one recipient named twice")
    equal(len(fetch_all(server, user)), 1, "copies by POP3")
    for name, sender in (("slash", "/"), ("long", "x" * 200)):
        with Smtp(server, listener="lmtp-socket") as lmtp:
            lmtp.say("LHLO client.example", 250)
            code = lmtp.deliver(mail.make(name), f"../{sender}@example.org")
            expect(code // 100 == 5, f"a name that wants to be a path was answered {code}")
