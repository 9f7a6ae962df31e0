"""Dialogs typed by hand: the course's three versions, and what Thunderbird sends."""
import os

from lib import mail
from lib.registry import check, equal, expect
from lib.wire import Pop, Smtp, stuff


def by_hand(smtp, recipient, *body):
    """MAIL, RCPT, DATA and a body, without any greeting."""
    smtp.say("MAIL FROM:<alice@example.net>", 250)
    smtp.say(f"RCPT TO:<{recipient}>", 250)
    smtp.say("DATA", 354)
    smtp.send("".join(f"{line}\r\n" for line in (*body, ".")).encode())
    equal(smtp.reply()[0], 250, "the reply to the final dot")


@check
def v1_mail_rcpt_data_without_a_greeting(context):
    server = context.basic()
    with Smtp(server) as smtp:
        equal(smtp.greeting[0], 220, "greeting")
        by_hand(smtp, "bob", "Hello Bob,", "this is all.")
        by_hand(smtp, "carol@example.org", "Subject: second", "", "Text")
        smtp.say("QUIT", 221)
        equal(smtp.rest(), b"", "octets after QUIT")
    expect(os.path.isfile(server.mailbox("bob")), "there is no mailbox file named bob")
    found = server.stored("bob")
    equal(len(found), 1, "messages in the file named bob")
    head, blank, body = found[0].partition(b"\r\n\r\n")
    expect(blank and b"Received:" in head, f"no trace fields with a blank line behind them in {found[0]!r}")
    equal(body, b"Hello Bob,\r\nthis is all.\r\n", "what was typed")
    expect(server.stored("carol@example.org")[0].endswith(b"Subject: second\r\n\r\nText\r\n"), "the second mail")


# R5321-2.2.1-b R5321-3.2-a
@check
def v2_ehlo_is_refused_and_helo_works(context):
    server = context.basic()
    raw = mail.make("thunderbird-v2", 400)
    with Smtp(server) as smtp:
        equal(smtp.say("EHLO [127.0.0.1]", 502), ["Command not implemented"], "the text of 502")
        equal(len(smtp.say("HELO [127.0.0.1]", 250)), 1, "lines of the reply to HELO")
        for recipients in (["v2-alice@example.org"], ["v2-alice@example.org", "v2-bob@example.org"]):
            smtp.say("MAIL FROM:<bob@example.org>", 250)
            for recipient in recipients:
                smtp.say(f"RCPT TO:<{recipient}>", 250)
            smtp.say("DATA", 354)
            smtp.send(stuff(raw) + b".\r\n")
            equal(smtp.reply()[0], 250, "the reply to the final dot")
        smtp.say("QUIT", 221)
    equal([mail.ident_of(one) for one in server.stored("v2-alice@example.org")], ["thunderbird-v2"] * 2, "alice's")
    equal([mail.ident_of(one) for one in server.stored("v2-bob@example.org")], ["thunderbird-v2"], "bob's")


# R1939-4-h R1939-5-f R1939-6-a
@check
def v3_pop3_quit_stat_list_retr(context):
    server = context.basic()
    with Smtp(server) as smtp:
        by_hand(smtp, "dave", "Subject: one", "", "First")
        by_hand(smtp, "dave", "Subject: two", "", "..", "Second")
        smtp.say("QUIT", 221)
    with Pop(server) as pop:
        pop.ok("QUIT")
        equal(pop.rest(), b"", "octets after QUIT")
    with Pop(server, "dave") as pop:
        count, octets = map(int, pop.ok("STAT").split()[1:3])
        sizes = [int(line.split()[1]) for line in pop.lines("LIST")]
        equal((count, octets), (2, sum(sizes)), "STAT against LIST")
        found = [pop.fetch(number) for number in (1, 2)]
        equal([len(one) for one in found], sizes, "octets of RETR against LIST")
        expect(found[1].endswith(b"\r\n\r\n.\r\nSecond\r\n"), f"RETR 2 gives {found[1]!r}")
        pop.ok("QUIT")


@check
def thunderbird_sends_and_gets_in_the_default_profile(context):
    server, user = context.default(), "thunderbird@example.org"
    raws = [mail.make(f"thunderbird-{number}", 700) for number in range(2)]
    with Smtp(server) as smtp:
        offered = {line.split()[0].upper() for line in smtp.say("EHLO [127.0.0.1]", 250)[1:]}
        expect({"SIZE", "8BITMIME", "PIPELINING"} <= offered, f"EHLO offers only {sorted(offered)}")
        for raw in raws:
            smtp.say(f"MAIL FROM:<bob@example.org> BODY=8BITMIME SIZE={len(raw)}", 250)
            smtp.say(f"RCPT TO:<{user}>", 250)
            smtp.say("DATA", 354)
            smtp.send(stuff(raw) + b".\r\n")
            equal(smtp.reply()[0], 250, "the reply to the final dot")
        smtp.say("QUIT", 221)
    with Pop(server) as pop:
        capabilities = {line.split()[0].upper() for line in pop.lines("CAPA")}
        expect({b"USER", b"UIDL", b"TOP"} <= capabilities, f"CAPA names only {sorted(capabilities)}")
        pop.ok(f"USER {user}")
        pop.ok("PASS secret with blanks")
        equal(int(pop.ok("STAT").split()[1]), 2, "messages of STAT")
        equal(len(pop.lines("LIST")), 2, "lines of LIST")
        equal(len({line.split()[1] for line in pop.lines("UIDL")}), 2, "different unique ids")
        equal([mail.ident_of(pop.fetch(number)) for number in (1, 2)], ["thunderbird-0", "thunderbird-1"], "RETR")
        pop.ok("QUIT")


@check
def thunderbird_guesses_a_server_with_pipelined_quit(context):
    server = context.default()
    with Smtp(server) as smtp:
        smtp.send(b"EHLO we-guess.mozilla.org\r\nQUIT\r\n")
        equal([smtp.reply()[0], smtp.reply()[0]], [250, 221], "replies to EHLO and QUIT in one packet")
        equal(smtp.rest(), b"", "octets after QUIT")
    with Pop(server) as pop:
        pop.send(b"CAPA\r\nQUIT\r\n")
        expect(pop.rest().count(b"+OK") == 2, "CAPA and QUIT in one packet are not both answered")


# R2920-3.2-a R2920-3.2-e
@check
def a_whole_transaction_may_come_in_one_packet(context):
    server, user = context.default(), "pipelined@example.org"
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        smtp.send(f"MAIL FROM:<a@example.net>\r\nRCPT TO:<{user}>\r\nRCPT TO:<>\r\nDATA\r\n".encode())
        equal([smtp.reply()[0] for _ in range(4)], [250, 250, 501, 354], "replies to the envelope")
        smtp.send(b"Subject: x\r\n\r\ny\r\n.\r\nNOOP\r\nQUIT\r\n")
        equal([smtp.reply()[0] for _ in range(3)], [250, 250, 221], "replies behind the data")
    equal(len(server.stored(user)), 1, "messages stored")


# S3 R5321-4.1.4-e
@check
def the_order_of_commands_is_kept(context):
    with Smtp(context.default()) as smtp:
        smtp.say("HELO client.example", 250)
        for command in ("RCPT TO:<order@example.org>", "DATA"):
            smtp.say(command, 503)
        smtp.say("MAIL FROM:<a@example.net>", 250)
        smtp.say("MAIL FROM:<b@example.net>", 503)
        smtp.say("DATA", 503)
        smtp.say("RCPT TO:<order@example.org>", 250)
        smtp.say("RSET", 250)
        smtp.say("RCPT TO:<order@example.org>", 503)
        smtp.say("VRFY order", 252)
        smtp.say("NOOP", 250)
        smtp.say("QUIT", 221)
