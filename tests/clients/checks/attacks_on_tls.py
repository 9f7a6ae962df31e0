"""Attacks on STARTTLS, handshakes and logins: groups A and T of the security criteria."""
import base64
import time

from checks.attacks_on_smtp import works
from lib import mail
from lib.registry import check, equal, expect
from lib.wire import Pop, Smtp, Wire

HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(range(197))
RUBBISH = (b"\x16\x03\x01\xff\xff" + b"x" * 70_000, b"\x80\x2e\x01\x00\x02" + b"\0" * 60, b"\0" * 1000,
           b"GET / HTTP/1.1\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28", HELLO[:40])


def plain(user, password, identity=""):
    return base64.b64encode(f"{identity}\0{user}\0{password}".encode()).decode()


def under_tls(context, listener="submissions"):
    smtp = Smtp(context.secure(), listener=listener, tls=context.authority().context())
    smtp.say("EHLO client.example", 250)
    return smtp


# T1 R3207-4-c CVE-2011-0411
@check
def nothing_sent_in_clear_is_run_under_tls(context):
    """Commands in the same packet as STARTTLS, or between its answer and the handshake."""
    server, trust = context.secure(), context.authority().context()
    for listener in ("smtp", "submission"):
        with Smtp(server, listener=listener) as smtp:
            smtp.say("EHLO client.example", 250)
            smtp.send(b"STARTTLS\r\nRSET\r\nNOOP\r\nMAIL FROM:<injected@example.net>\r\n")
            if smtp.reply()[0] == 220:  # It may also have closed.
                try:
                    smtp.secure(trust)
                except OSError:
                    continue
                smtp.say("NOOP", 250)
                equal(smtp.say("EHLO client.example", 250)[0].split()[0], "mail.example.org", "the answer to EHLO")
                smtp.say("QUIT", 221)
                equal(smtp.rest(), b"", "answers to what was injected")
    with Pop(server) as pop:
        pop.send(b"STLS\r\nCAPA\r\nUSER injected\r\n")
        if (pop.ask() or "").startswith("+OK"):
            try:
                pop.secure(trust)
            except OSError:
                return
            pop.err("PASS x")
            pop.ok("QUIT")
            equal(pop.rest(), b"", "answers to what was injected")


# T1 CVE-2021-33515
@check
def clear_text_in_place_of_the_handshake_is_not_run(context):
    server = context.secure()
    for rubbish in (b"NOOP\r\nQUIT\r\n", b"EHLO client.example\r\nMAIL FROM:<a@example.net>\r\n", *RUBBISH[:5]):
        with Smtp(server) as smtp:
            smtp.say("EHLO client.example", 250)
            smtp.say("STARTTLS", 220)
            expect_no_text(smtp, rubbish, b"250", "STARTTLS")
        with Pop(server) as pop:
            pop.ok("STLS")
            expect_no_text(pop, rubbish, b"+OK", "STLS")
        for listener in ("submissions", "pop3s"):
            with Wire(server.endpoints[listener]) as wire:
                expect_no_text(wire, rubbish, b"\r\n", listener)
    works_under_tls(context)


def expect_no_text(wire, rubbish, word, where):
    try:
        wire.send(rubbish)
    except OSError:
        pass
    answer = wire.rest()
    expect(word not in answer, f"{rubbish[:30]!r} is answered {answer[:100]!r} on {where}")


# T2 R3207-4.2-a R2595-4-b
@check
def under_tls_nothing_said_before_is_known(context):
    server, trust = context.secure(), context.authority().context()
    user, password = context.account("forgetful")
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        smtp.say("MAIL FROM:<a@example.net>", 250)
        # Whether it is refused here or forgets the transaction is the server's choice.
        if smtp.ask("STARTTLS") == 220:
            smtp.secure(trust)
            smtp.say("RCPT TO:<forgetful@example.org>", 503)
            offered = smtp.say("EHLO client.example", 250)
            expect("STARTTLS" not in offered, "STARTTLS is offered under TLS")
            smtp.say("STARTTLS", 503)
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        offered = smtp.start_tls(trust)
        expect(any(line.startswith("AUTH ") for line in offered), f"no AUTH under TLS: {offered}")
        smtp.say("STARTTLS", 503)
        smtp.say("STARTTLS x", 501)
        smtp.say(f"AUTH PLAIN {plain(user, password)}", 235)
        smtp.say("STARTTLS", 503)
        smtp.say("NOOP", 250)
    with Pop(server) as pop:
        pop.ok(f"USER {user}")
        pop.ok("STLS")
        pop.secure(trust)
        pop.err(f"PASS {password}")
        pop.err("STLS")


# T3
@check
def stalled_handshakes_end_and_hold_up_nobody(context):
    certificate = context.authority().issue("stalled", "localhost")
    server = context.fresh(settings={**certificate.settings(), "actormail.tls.handshake-timeout": "5s",
                                     "actormail.submissions.listen": "127.0.0.1:0",
                                     "actormail.pop3s.listen": "127.0.0.1:0"})
    stalled = [Wire(server.endpoints["submissions"], 60) for _ in range(150)]
    stalled += [Wire(server.endpoints["pop3s"], 60) for _ in range(150)]
    for wire in stalled[::2]:
        wire.send(HELLO[:50])
    works(server)
    with Pop(server, "clean@example.org", listener="pop3s", tls=context.authority().context()) as pop:
        pop.ok("STAT")
    for wire in stalled:
        wire.rest()
        wire.close()
    works(server)


@check
def tls_on_a_clear_port_is_rubbish(context):
    server = context.secure()
    for listener in ("smtp", "submission", "pop3"):
        with Wire(server.endpoints[listener]) as wire:
            wire.read_line()
            wire.send(HELLO + b"\r\nQUIT\r\n")
            answer = wire.rest()
            expect(not answer.startswith(b"\x16"), f"a handshake without STARTTLS on {listener}")
    works_under_tls(context)


def works_under_tls(context):
    """A login and a mail over TLS, on a new connection."""
    user, password = context.account("sound")
    with under_tls(context) as smtp:
        smtp.say(f"AUTH PLAIN {plain(user, password)}", 235)
        equal(smtp.deliver(mail.make("sound", sender=user), user, sender=user), 250, "a mail over TLS afterwards")
        smtp.say("QUIT", 221)


# A6 R4954-4-h
@check
def malformed_logins_are_refused(context):
    user, password = context.account("malformed")
    good = plain(user, password)
    for command, code in (("AUTH", 501), ("AUTH NONESUCH", 504), ("AUTH CRAM-MD5", 504), ("AUTH PLAIN !!!", 501),
                          ("AUTH PLAIN " + good[:-1], 501), ("AUTH PLAIN " + good + "=", 501), ("AUTH PLAIN =", 501),
                          ("AUTH PLAIN " + base64.b64encode(b"no separators").decode(), 501),
                          ("AUTH PLAIN " + base64.b64encode(b"a\0b\0c\0d").decode(), 501),
                          ("AUTH SCRAM-SHA-256 " + base64.b64encode(b"n,,n=x").decode(), 501),
                          ("AUTH PLAIN " + plain(user, password, "alice@example.org"), 535)):
        with under_tls(context) as smtp:
            found = smtp.ask(command)
            equal(found, code, f"the reply to {command[:40]!r}")
            smtp.say("NOOP", 250)
    with under_tls(context) as smtp:
        smtp.say("AUTH LOGIN", 334)
        smtp.say("not base64!", 501)
        smtp.say("AUTH PLAIN", 334)
        smtp.say("*", 501)
        smtp.say(f"AUTH PLAIN {good}", 235)
        smtp.say(f"AUTH PLAIN {good}", 503)
    with under_tls(context) as smtp:
        smtp.say("MAIL FROM:<>", 530)
        smtp.say(f"AUTH PLAIN {good}", 235)
        smtp.say(f"MAIL FROM:<{user}>", 250)
        smtp.say(f"AUTH PLAIN {good}", 503)
        smtp.say("MAIL FROM:<other@example.org>", 503)
        smtp.say("RSET", 250)
        smtp.say("MAIL FROM:<other@example.org>", 553)


# A6 CVE-2017-15132
@check
def hundreds_of_cancels_leak_nothing(context):
    server = context.secure()
    with under_tls(context) as smtp:
        for number in range(300):
            code = smtp.ask(("AUTH PLAIN", "AUTH LOGIN", "AUTH SCRAM-SHA-256")[number % 3])
            if code in (421, 0):
                break
            equal(code, 334, "the challenge")
            equal(smtp.ask("*"), 501, "the reply to the cancel")
    with Pop(server, listener="pop3s", tls=context.authority().context()) as pop:
        for _ in range(300):
            answer = pop.ask("AUTH PLAIN")
            if not answer or not answer.startswith("+ "):
                break
            pop.err("*")
    works_under_tls(context)


# A6 R4954-4-j
@check
def long_responses_have_a_limit(context):
    for length, codes in ((12_000, (501, 535)), (12_288 - 2, (501, 535)), (100_000, (500, 421, 0))):
        with under_tls(context) as smtp:
            smtp.say("AUTH PLAIN", 334)
            try:
                smtp.send(b"A" * length + b"\r\n")
                code = smtp.reply()[0]
            except OSError:
                code = 0
            expect(code in codes, f"a response of {length} octets is answered {code}")
    works_under_tls(context)


# A9
@check
def pipelined_logins_are_answered_in_order(context):
    user, password = context.account("pipelined")
    with under_tls(context) as smtp:
        smtp.send(f"AUTH PLAIN {plain(user, password)}\r\nMAIL FROM:<{user}>\r\nRCPT TO:<{user}>\r\nRSET\r\n".encode())
        equal([smtp.reply()[0] for _ in range(4)], [235, 250, 250, 250], "replies behind a good login")
    with under_tls(context) as smtp:
        smtp.send(f"AUTH PLAIN {plain(user, 'wrong')}\r\nMAIL FROM:<{user}>\r\nNOOP\r\n".encode())
        equal([smtp.reply()[0] for _ in range(3)], [535, 530, 250], "replies behind a wrong login")


# A2
@check
def an_unknown_user_and_a_wrong_password_hear_the_same(context):
    user, _ = context.account("known")
    heard = {}
    for name in (user, "unknown@example.org", "nobody@example.com"):
        with under_tls(context) as smtp:
            smtp.send(f"AUTH PLAIN {plain(name, 'wrong')}\r\n".encode())
            answers = [smtp.reply()]
            smtp.say("AUTH LOGIN", 334)
            smtp.say(base64.b64encode(name.encode()).decode(), 334)
            smtp.send(base64.b64encode(b"wrong") + b"\r\n")
            answers.append(smtp.reply())
            smtp.send(b"AUTH SCRAM-SHA-256 " + base64.b64encode(f"n,,n={name},r=abcdefgh".encode()) + b"\r\n")
            challenge = base64.b64decode(smtp.reply()[1][0]).decode()
            fields = dict(part.split("=", 1) for part in challenge.split(","))
            final = f"c=biws,r={fields['r']},p={base64.b64encode(bytes(32)).decode()}"
            smtp.send(base64.b64encode(final.encode()) + b"\r\n")
            answers.append(smtp.reply())
            heard[name] = answers, fields["i"], len(fields["s"])
    equal(heard["unknown@example.org"], heard[user], "what an unknown user hears")
    equal(heard["nobody@example.com"], heard[user], "what a user of another domain hears")
    equal([code for code, _ in heard[user][0]], [535, 535, 535], "the codes")


# R4954-9-a
@check
def the_fourth_login_after_three_failures_closes(context):
    user, _ = context.account("thrice")
    with under_tls(context) as smtp:
        for _ in range(3):
            smtp.say(f"AUTH PLAIN {plain(user, 'wrong')}", 535)
        smtp.say("NOOP", 250)
        smtp.say(f"AUTH PLAIN {plain(user, 'wrong')}", 421)
        equal(smtp.rest(), b"", "octets behind 421")


# A3
@check
def guessing_is_slow(context):
    """Ten connections from one address, for ten seconds, with the settings as they are; the owner still gets in."""
    certificate = context.authority().issue("guessing", "localhost")
    server = context.fresh(settings={**certificate.settings(), "actormail.accounts.mode": "file",
                                     "actormail.domains": "example.org", "actormail.submissions.listen": "127.0.0.1:0"})
    user, password = context.account("guessed", server)
    answered, deadline = 0, time.monotonic() + 10
    guess = f"AUTH PLAIN {plain(user, 'wrong')}\r\n".encode()
    wires = []

    def open_one():
        smtp = Smtp(server, listener="submissions", tls=context.authority().context())
        smtp.say("EHLO client.example", 250)
        smtp.send(guess)
        smtp.socket.settimeout(0.05)
        return smtp

    wires = [open_one() for _ in range(10)]
    while time.monotonic() < deadline:
        for index, smtp in enumerate(wires):
            try:
                code = smtp.reply()[0]
            except (TimeoutError, OSError):
                continue
            answered += code == 535
            if code == 535:
                smtp.send(guess)
            else:
                smtp.close()
                wires[index] = open_one()
    for smtp in wires:
        smtp.close()
        expect(0 < answered <= 200, f"{answered} guesses were answered in 10 s")
    with Smtp(server, listener="submissions", tls=context.authority().context(), timeout=60) as smtp:
        smtp.say("EHLO client.example", 250)
        smtp.say(f"AUTH PLAIN {plain(user, password)}", 235)


# A8
@check
def no_login_without_tls_where_it_is_off(context):
    certificate = context.authority().issue("clear", "localhost")
    server = context.fresh(settings={**certificate.settings(), "actormail.auth.allow-plaintext": "off"})
    with Smtp(server) as smtp:
        offered = smtp.say("EHLO client.example", 250)
        expect(not any(line.startswith("AUTH") for line in offered), f"AUTH is offered in clear: {offered}")
        smtp.say(f"AUTH PLAIN {plain('a', 'b')}", 538)
    with Pop(server) as pop:
        capabilities = pop.lines("CAPA")
        expect(b"USER" not in capabilities and not any(line.startswith(b"SASL") for line in capabilities),
               f"CAPA names a login in clear: {capabilities}")
        pop.err("USER clean@example.org")
        pop.err(f"AUTH PLAIN {plain('a', 'b')}")
