"""Smuggling, rubbish and control characters: S1, S2 and S12 of the security criteria."""
from lib import mail
from lib.registry import check, equal, expect
from lib.wire import Pop, Smtp, fetch_all

# What other servers once took for the end of a mail. None of it may end one here.
ENDINGS = (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\r\r\n.\r\r\n", b"\n\n.\n\n",
           b"\r\n\0.\r\n", b"\r\n.\0\r\n", b"\r\n. \r\n", b"\r\n .\r\n", b"\v.\v", b"\f.\f", b"\r\n\v.\r\n",
           "\x85.\x85".encode("latin-1"), "\x85.\x85".encode(), "\u2028.\u2028".encode())
RUBBISH = {
    "a TLS ClientHello": bytes.fromhex("16030100c8010000c40303") + bytes(range(197)) + b"\r\n",
    "HTTP": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6\r\n\r\nRSET\r\n",
    "a long line": b"NOOP " + b"x" * 100_000 + b"\r\n",
    "NUL octets": b"\0" * 1000 + b"\r\n",
    "every octet": bytes(range(256)) + b"\r\n",
    "empty lines": b"\r\n" * 20,
    "bare LF": b"NOOP\nNOOP\nNOOP\r\n",
    "bare CR": b"NOOP\rNOOP\rNOOP\r\n",
    "SOCKS and RDP": b"\x05\x01\x00\r\n\x03\x00\x00\x13\x0e\xe0\r\n",
}


def works(server, user="clean@example.org"):
    """A clean new session on both ports does its work at once."""
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        equal(smtp.deliver(mail.make("clean"), user), 250, "a clean mail afterwards")
        smtp.say("QUIT", 221)
    with Pop(server, user) as pop:
        expect(int(pop.ok("STAT").split()[1]) > 0, "a clean POP3 session finds no mail")
        pop.ok("QUIT")


def smuggle(server, ending, cut):
    """Tries to hide a second mail behind a false end; the codes that come after 354."""
    hidden = b"MAIL FROM:<e@example.net>\r\nRCPT TO:<smuggled@example.org>\r\nDATA\r\nSubject: hidden\r\n\r\nx"
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        smtp.say("MAIL FROM:<a@example.net>", 250)
        smtp.say("RCPT TO:<victim@example.org>", 250)
        smtp.say("DATA", 354)
        octets = b"Subject: outer\r\n\r\nText" + ending + hidden + b"\r\n.\r\nNOOP\r\nQUIT\r\n"
        for piece in (octets[:cut], octets[cut:]) if cut else (octets,):
            smtp.send(piece)
        codes = []
        while (code := smtp.reply()[0]) != 0:
            codes.append(code)
        return codes


# S1 R5321-4.1.1.4-c
@check
def only_crlf_dot_crlf_ends_a_mail(context):
    server, accepted = context.default(), 0
    before = len(b"Subject: outer\r\n\r\nText")
    for ending in ENDINGS:
        for cut in (0, *range(before, before + len(ending) + 1)):
            codes = smuggle(server, ending, cut)
            expect(len(codes) == 3 and codes[0] in (250, 500, 501, 550, 554) and codes[1:] == [250, 221],
                   f"{ending!r} cut at {cut - before} was answered {codes}")
            accepted += codes[0] == 250
    equal(fetch_all(server, "smuggled@example.org"), [], "smuggled mail (S1)")
    equal(len(fetch_all(server, "victim@example.org")), accepted, "mails of the victim")


# S12
@check
def rubbish_gets_one_reply_a_line_or_the_end(context):
    server = context.default()
    for what, octets in RUBBISH.items():
        with Smtp(server) as smtp:
            try:
                smtp.send(octets + b"QUIT\r\n")
            except ConnectionError:
                pass
            replies = [line for line in smtp.rest().split(b"\r\n") if line[3:4] == b" "]
        expect(all(line[:1] in b"245" and line[:3].isdigit() for line in replies), f"{what}: {replies}")
        lines = octets.count(b"\r\n") + 1
        ended = bool(replies) and replies[-1][:3] in (b"421", b"221")
        expect(len(replies) == lines or ended and len(replies) < lines or not replies,
               f"{what}: {len(replies)} replies to {lines} lines")
        works(server)


# R1939-3-h
@check
def rubbish_on_pop3_is_refused(context):
    server = context.default()
    for what, octets in RUBBISH.items():
        with Pop(server) as pop:
            try:
                pop.send(octets + b"QUIT\r\n")
            except ConnectionError:
                pass
            replies = pop.rest().split(b"\r\n")[:-1]
        expect(all(line.startswith((b"-ERR", b"+OK")) for line in replies), f"{what}: {replies}")
        expect(len(replies) <= octets.count(b"\r\n") + 1, f"{what}: too many replies: {replies}")
        expect(all(line.startswith(b"-ERR") for line in replies[:-1]), f"{what}: something was done: {replies}")
    works(server)


# S2 O2 R5321-4.1.2-d R5321-4.4-b
@check
def control_characters_reach_no_header_and_no_log(context):
    server, user = context.fresh(), "inject@example.org"
    mark = b"X-Injected: yes"
    commands = [b"HELO a.example" + cut + mark for cut in (b"\n", b"\r", b"\0", b"\v", b"\x1b[31m", b"\xc2\x85")]
    commands += [b"MAIL FROM:<a" + cut + mark + b"@example.net>" for cut in (b"\n", b"\r", b"\0", b"\x1b[2J")]
    commands += [b"MAIL FROM:<\"a" + cut + mark + b"\"@example.net>" for cut in (b"\n", b"\r", b"\0", b"\t")]
    commands += [b"MAIL FROM:<a@example.net> " + cut + mark for cut in (b"\n", b"\r\0", b"SIZE=1\n")]
    for command in commands:
        with Smtp(server) as smtp:
            smtp.say("EHLO client.example", 250)
            smtp.ask(command)
            smtp.ask("MAIL FROM:<a@example.net>")
            for recipient in (b"inject\0@example.org", b"inject@example.org\n", b"inj\rect@example.org",
                              b"inject@exam\x7fple.org", b"\"inject\n\"@example.org"):
                code = smtp.ask(b"RCPT TO:<" + recipient + b">")
                expect(code // 100 == 5, f"RCPT TO:<{recipient!r}> was answered {code}")
            smtp.say(f"RCPT TO:<{user}>", 250)
            smtp.say("DATA", 354)
            smtp.send(b"Subject: x\r\n\r\ny\r\n.\r\n")
            equal(smtp.reply()[0], 250, "the reply to the final dot")
    for raw in server.stored(user):
        expect(b"\n" + mark not in raw and not any(octet in raw for octet in b"\0\x0b\x1b\x7f"), f"stored: {raw!r}")
    with open(server.log, "rb") as file:
        log = file.read()
    odd = {octet for octet in log if octet < 32 or octet == 127} - {9, 10}
    expect(not odd and b"\xc2\x85" not in log, f"control characters {sorted(odd)} in the log (O2)")
    expect(b"\n" + mark not in log, "a forged line in the log (O2)")


# S4 F1 R5321-4.5.3.1.8-a R5321-4.5.3.1.10-a
@check
def many_and_long_recipients_are_taken_or_refused(context):
    server = context.default()
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        smtp.say("MAIL FROM:<a@example.net>", 250)
        smtp.say(f"RCPT TO:<{'l' * 64}@{'d' * 60}.{'d' * 60}.example>", 250)
        expect(smtp.ask(f"RCPT TO:<{'l' * 300}@example.org>") // 100 == 5, "a local part of 300 octets was taken")
        expect(smtp.ask(f"RCPT TO:<a@{'d' * 300}.org>") // 100 == 5, "a domain of 300 octets was taken")
        taken = next(number for number in range(2000) if smtp.ask(f"RCPT TO:<r{number}@example.org>") != 250)
        expect(taken >= 100, f"only {taken} recipients were taken")
        smtp.say("RCPT TO:<one-more@example.org>", 452)
        smtp.say("RSET", 250)
    works(server)


# S5 R1870-4-a
@check
def a_mail_too_large_is_refused_and_not_stored(context):
    server, user = context.fresh(settings={"actormail.smtp.max-message-size": "100KiB"}), "large@example.org"
    with Smtp(server) as smtp:
        lines = smtp.say("EHLO client.example", 250)
        expect(f"SIZE {100 * 1024}" in lines, f"EHLO says {lines}")
        smtp.say("MAIL FROM:<a@example.net> SIZE=200000", 552)
        equal(smtp.deliver(mail.make("large", 200_000), user), 552, "the reply to the final dot")
        equal(smtp.deliver(mail.make("small", 2000), user), 250, "the reply to a small mail afterwards")
    equal([mail.ident_of(one) for one in server.stored(user)], ["small"], "mails in the file")
