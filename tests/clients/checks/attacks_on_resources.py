"""Slow, silent, many and rude clients: F1, F3, F4 and F5."""
import select
import time

from checks.attacks_on_smtp import works
from lib.registry import check, equal, expect
from lib.server import until
from lib.wire import Pop, Smtp, Wire

PACE = 0.2
WAITS = {"actormail.smtp.idle-timeout": "4s", "actormail.smtp.command-timeout": "2s",
         "actormail.smtp.data-timeout": "2s", "actormail.pop3.idle-timeout": "4s",
         "actormail.pop3.command-timeout": "2s"}


def trickle(wires, octets, seconds):
    """Sends an octet at a time to every client until the server has closed them all; how many it closed."""
    opened, deadline = {wire.socket: wire for wire in wires}, time.monotonic() + seconds
    while opened and time.monotonic() < deadline:
        readable = select.select(list(opened), [], [], PACE)[0]
        for socket in readable:
            if is_closed(socket):
                del opened[socket]
        for socket in list(opened):
            try:
                socket.sendall(octets)
            except OSError:
                del opened[socket]
    return len(wires) - len(opened)


def is_closed(socket):
    try:
        return not socket.recv(4096)
    except OSError:
        return True


def started(wire, *commands):
    for command in commands:
        wire.say(command, 354 if command == "DATA" else 250)
    return wire


# F3 D7
@check
def slow_and_silent_clients_hold_up_nobody(context):
    server = context.fresh(settings=WAITS)
    begin = ("EHLO client.example", "MAIL FROM:<a@example.net>", "RCPT TO:<slow@example.org>", "DATA")
    slow = [started(Smtp(server), begin[0]) for _ in range(40)]
    data = [started(Smtp(server), *begin) for _ in range(40)]
    silent = [Smtp(server) for _ in range(100)] + [Wire(server.pop3) for _ in range(100)]
    works(server)
    equal(trickle(slow, b"N", 20), len(slow), "clients with an endless command line that were closed (F3)")
    for wire in silent + data:
        wire.rest()
    works(server)
    equal(server.stored("slow@example.org"), [], "mails of clients that never ended one")


# F4
@check
def a_limit_of_connections_leaves_the_server_usable(context):
    server = context.fresh(settings={"actormail.connections.max-from-loopback": "20"})
    first = [Smtp(server) for _ in range(20)]
    equal({wire.greeting[0] for wire in first}, {220}, "greetings up to the limit")
    more = [Smtp(server) for _ in range(20)]
    expect({wire.greeting[0] for wire in more} <= {421, 0}, f"greetings above: {[wire.greeting for wire in more][:3]}")
    first[0].say("NOOP", 250)
    for wire in first + more:
        wire.close()
    until(lambda: Smtp(server).greeting[0] == 220, 30, "a free place")
    until(lambda: greeted_twice(server), 30, "all places free")
    works(server)


def greeted_twice(server):
    with Smtp(server) as one, Smtp(server) as two:
        return one.greeting[0] == two.greeting[0] == 220


# F4 R5321-4.5.4.2-a
@check
def a_thousand_silent_clients_and_mail_flows(context):
    server = context.fresh(settings={"actormail.connections.max-from-loopback": "1100"})
    wires = [Smtp(server) for _ in range(1000)]
    equal({wire.greeting[0] for wire in wires}, {220}, "greetings")
    works(server)
    wires[0].say("NOOP", 250)
    wires[999].say("NOOP", 250)
    for wire in wires:
        wire.close()


# F5 P2 R5321-4.1.1.5-c
@check
def rude_disconnects_leak_no_descriptor(context):
    server = context.fresh()
    works(server)
    before = server.descriptors()
    for number in range(600):
        smtp = Smtp(server, greeted=number % 3 > 0)
        if number % 3 == 2:
            started(smtp, "EHLO client.example", "MAIL FROM:<a@example.net>", "RCPT TO:<rude@example.org>", "DATA")
            smtp.send(b"x" * 1000)
        smtp.reset()
    for _ in range(100):
        pop = Pop(server, "rude@example.org")
        pop.reset()
        until(lambda: not is_locked(server), 30, "the lock of a client that is gone")
    until(lambda: server.descriptors() <= before + 20, 30, f"descriptors back at {before} (F5)")
    works(server)


def is_locked(server):
    with Pop(server) as pop:
        pop.ok("USER rude@example.org")
        if pop.ask("PASS any").startswith("+OK"):
            pop.ok("QUIT")
            return False
        return True


# F2
@check
def a_client_that_does_not_read_is_not_read_from(context):
    server = context.fresh()
    works(server)
    before = resident(server)
    with Smtp(server) as smtp:
        smtp.socket.settimeout(1)
        sent = 0
        try:
            while sent < 200_000_000:
                sent += smtp.socket.send(b"HELP\r\n" * 10_000)
        except (TimeoutError, ConnectionError):
            pass
        expect(sent < 200_000_000, "the server reads on though nobody takes its answers (F2)")
        works(server)
    grown = resident(server) - before
    expect(grown < 128 * 1024, f"memory grew by {grown} KiB")


# F1 R5321-4.5.3.1.4-a R2449-4-a
@check
def endless_lines_and_headers_are_bounded(context):
    server = context.fresh()
    works(server)
    before = resident(server)
    for start in ((), ("EHLO client.example", "MAIL FROM:<a@example.net>", "RCPT TO:<endless@example.org>", "DATA")):
        with Smtp(server) as smtp:
            started(smtp, *start)
            try:
                for _ in range(100):
                    smtp.send(b"x" * 1_000_000)
            except (TimeoutError, ConnectionError):
                pass
    with Pop(server) as pop:
        try:
            for _ in range(100):
                pop.send(b"x" * 1_000_000)
        except (TimeoutError, ConnectionError):
            pass
    works(server)
    grown = resident(server) - before
    expect(grown < 128 * 1024, f"memory grew by {grown} KiB (F1)")
    equal(server.stored("endless@example.org"), [], "mails that never ended")


def resident(server):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))
