"""What Python and Node.js know of SMTP's extensions: SMTPUTF8, DSN, 8BITMIME, and chunks by hand."""
import email.message
import email.policy
import smtplib

from checks.senders_over_tls import node_script
from lib import delivery, mail
from lib.delivery import ANN, BOB
from lib.registry import check, equal, expect
from lib.server import until
from lib.wire import Smtp, fetch_all

JURGEN, BUECHER = "jürgen@example.org", "ann@bücher.example"
UTF8 = email.policy.SMTPUTF8
AWKWARD = b"Subject: octets\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n"


def only(server, user, password="any", utf8=False):
    """The one message of a mailbox by POP3."""
    found = fetch_all(server, user, password, utf8)
    equal(len(found), 1, f"messages of {user}")
    return found[0]


# R6531-3.2-a R6531-3.5-a R6531-3.7.3-a R6856-2.1-a
@check
def smtplib_sends_to_addresses_beyond_ascii(context):
    server = context.fresh(settings={"actormail.log.level": "debug"})
    message = email.message.EmailMessage(policy=UTF8)
    message["From"], message["To"], message["Subject"] = "Ζωή <ζωή@παράδειγμα.example>", JURGEN, "Grüße, 你好"
    message.set_content("Schöne Grüße\n", cte="8bit")
    with smtplib.SMTP(*server.smtp, timeout=60) as smtp:
        equal(smtp.send_message(message, to_addrs=[JURGEN, BUECHER]), {}, "recipients refused")
    delivery.hears(server, "MAIL FROM:<")
    expect("SMTPUTF8" in server.logged(), "smtplib did not ask for SMTPUTF8")
    sent = message.as_bytes(policy=UTF8)
    expect("Grüße".encode() in sent, "smtplib encodes the header")
    for user in (JURGEN, BUECHER):
        found = only(server, user, utf8=True)
        expect(found.endswith(sent), f"{user} gets {found[-200:]!r}")
        head, _, body = only(server, user).partition(b"\r\n\r\n")
        surrogate = email.message_from_bytes(head, policy=email.policy.default)
        expect(head.isascii(), f"{user} gets {head!r} without UTF8")
        equal((surrogate["Subject"], body), (message["Subject"], sent.partition(b"\r\n\r\n")[2]), "subject and body")
    expect(" with UTF8SMTP id " in delivery.field(only(server, JURGEN), "Received"), "the field does not say UTF8SMTP")
    # Without the extension no one is to be found there, and nothing is taken.
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        smtp.say("MAIL FROM:<a@example.net>", 250)
        smtp.say(f"RCPT TO:<{JURGEN}>", 553)
        equal(smtp.deliver(mail.make("alabel"), "ann@xn--bcher-kva.example"), 503, "MAIL in a transaction")
        smtp.say("RSET", 250)
        equal(smtp.deliver(mail.make("alabel"), "ann@xn--bcher-kva.example"), 250, "the same domain in ASCII")
    equal(len(fetch_all(server, BUECHER)), 2, "mails to one domain in both of its forms")


# R3461-5.1-a R3461-5.1-b R3461-5.1-c R6152-3-a
@check
def smtplib_asks_for_delivery_reports(context):
    server, raw = delivery.start(context), mail.make("smtplib-dsn")
    with smtplib.SMTP(*server.smtp, timeout=60) as smtp:
        smtp.ehlo()
        for name in ("dsn", "smtputf8", "8bitmime", "chunking", "binarymime", "pipelining", "size", "limits"):
            expect(smtp.has_extn(name), f"{name} is not offered")
        refused = smtp.sendmail("sender@example.net", [ANN, BOB], raw, ["RET=HDRS", "ENVID=check+2B1", "BODY=8BITMIME"],
                                ["NOTIFY=SUCCESS,FAILURE", f"ORCPT=rfc822;{ANN}"])
        equal(refused, {}, "recipients refused")
        for options, rcpt in ((["RET=SOME"], []), ([], ["NOTIFY=NEVER,DELAY"])):
            try:
                smtp.sendmail("sender@example.net", [ANN], raw, options, rcpt)
            except smtplib.SMTPSenderRefused as refusal:
                equal((refusal.smtp_code, options), (501, ["RET=SOME"]), "the refusal of the sender")
            except smtplib.SMTPRecipientsRefused as refusal:
                equal((refusal.recipients[ANN][0], rcpt), (501, ["NOTIFY=NEVER,DELAY"]), "the refusal of the recipient")
            else:
                raise AssertionError(f"{options + rcpt} were taken")
    for user in (ANN, BOB):
        equal(delivery.names(server, user), ["smtplib-dsn"], f"mails of {user}")
    delivery.hears(server, f"MAIL FROM:<sender@example.net> size={len(raw)} RET=HDRS ENVID=check+2B1 BODY=8BITMIME")
    delivery.hears(server, f"RCPT TO:<{BOB}> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;{ANN}")


# R3030-2-b R3030-3-b D11
@check
def chunks_carry_every_octet(context):
    server, octets = context.default(), AWKWARD + bytes(range(256)) * 20 + b"\n\r\r\n.\r\n..\r\n\n.\n\r.\rFrom \0"
    ways = {"one": (len(octets),), "of-one": (1,), "of-seven": (7,), "cut": (1000, 1, 4000)}
    for way, sizes in ways.items():
        user, chunks, start = f"chunks-{way}@example.org", [], 0
        while start < len(octets):
            size = sizes[min(len(chunks), len(sizes) - 1)]
            chunks.append(octets[start:start + size])
            start += size
        with smtplib.SMTP(*server.smtp, timeout=60) as smtp:
            smtp.ehlo()
            equal(smtp.mail("sender@example.net", ["BODY=BINARYMIME"])[0], 250, "the reply to MAIL")
            equal(smtp.rcpt(user)[0], 250, "the reply to RCPT")
            for number, chunk in enumerate(chunks, start=1):
                last = b" LAST" if number == len(chunks) else b""
                smtp.send(b"BDAT %d%s\r\n" % (len(chunk), last) + chunk)
                equal(smtp.getreply()[0], 250, f"the reply to chunk {number} of {len(chunks)}")
        with open(server.mailbox(user), "rb") as file:
            expect(octets in file.read(), f"{way}: the file has other octets")
        # A reader that takes LF for a line end would take such a dot for the end, so it gets two (BodyEncoder).
        wanted = octets.replace(b"\n.\n", b"\n..\n").replace(b"\r.\r", b"\r..\r") + b"\r\n"
        raw = only(server, user)
        expect(raw.endswith(wanted), f"{way}: POP3 gives {raw[-120:]!r}")
        equal(raw.index(AWKWARD) + len(wanted), len(raw), f"{way}: octets of the message")


# R3030-2-b F1
@check
def chunks_carry_a_large_mail(context):
    server, user, raw = context.default(), "chunks-large@example.org", mail.make("chunks-large", 20_000_000)
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        smtp.say(f"MAIL FROM:<a@example.net> SIZE={len(raw)}", 250)
        smtp.say(f"RCPT TO:<{user}>", 250)
        for start in range(0, len(raw), 1_000_000):
            smtp.chunk(raw[start:start + 1_000_000])
            equal(smtp.reply()[0], 250, f"the reply to the chunk at {start}")
        smtp.chunk(b"", last=True)
        equal(smtp.reply()[0], 250, "the reply to the last chunk")
    equal([mail.ident_of(one) for one in fetch_all(server, user)], ["chunks-large"], "mails")


# R6531-3.2-a R3461-5.1-a R2033-4.2-b
@check
def nodemailer_uses_extensions_and_lmtp(context):
    server = delivery.start(context, users=(ANN, BOB, JURGEN))
    script = node_script(context, "extensions.mjs")
    send = context.tool("node"), script
    for lmtp in ("smtp", "lmtp"):
        name = f"nodemailer-{lmtp}"
        said = context.run(*send, lmtp, str(server.endpoints[lmtp][1]), "δοκιμή@παράδειγμα.example", f"{JURGEN},{ANN}",
                           text=mail.make(name)).decode().split()
        equal(said, ["ok", JURGEN, ANN], "who has got it, as nodemailer says")
    delivery.hears(server, "LHLO ")
    until(lambda: server.logged().count("SMTPUTF8 RET=HDRS ENVID=node+2B1") == 2, 30, "MAIL with its parameters")
    until(lambda: server.logged().count("NOTIFY=SUCCESS,DELAY ORCPT=rfc822;") == 4, 30, "RCPT with its parameters")
    for user in (JURGEN, ANN):
        equal(delivery.names(server, user), ["nodemailer-smtp", "nodemailer-lmtp"], f"mails of {user}")
