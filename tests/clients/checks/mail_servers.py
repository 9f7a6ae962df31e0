"""Other mail servers hand their mail over: Exim and Postfix, by SMTP with what EHLO offers, and by LMTP."""
from lib import delivery, mail
from lib.delivery import ANN, BOB, NOBODY
from lib.exim import Exim
from lib.registry import check, equal, expect
from lib.server import until
from lib.wire import fetch_all

SENDER = "sender@client.example"
AWKWARD = (b"Subject: awkward\r\nFrom: <sender@client.example>\r\nMessage-ID: <awkward@clients.example>\r\n\r\n"
           b".\r\n..\r\n.dot\r\n\r\nFrom the beginning of a line\r\n>From quoted\r\n"
           + "Grüße, 日本語\r\n".encode() + bytes(range(128, 256)) + b"\r\n" + b"x" * 990 + b"\r\n"
           + b"trailing blanks  \t \r\n.\r\n" + b"y" * 5000 + b"\r\n\r\nthe end\r\n")
BODY = AWKWARD.partition(b"\r\n\r\n")[2]


def by_pop(server, user):
    return fetch_all(server, user, delivery.password_of(user))


def bodies(server, user):
    """The bodies of a user's mails, by POP3 and from the file, which must agree."""
    found = [raw.partition(b"\r\n\r\n")[2] for raw in by_pop(server, user)]
    equal([raw.partition(b"\r\n\r\n")[2] for raw in server.stored(user)], found, f"the file of {user} against POP3")
    return found


# R3030-2-a R2920-3.2-a D11
@check
def exim_hands_over_in_chunks(context):
    server = delivery.start(context)
    exim = Exim(context, ["driver = smtp", f"port = {server.smtp[1]}", "hosts_try_chunking = *",
                          "message_linelength_limit = 100000", "hosts_avoid_tls = *"])
    exim.submit(AWKWARD, SENDER, ANN, BOB)
    exim.submit(mail.make("exim-large", 3_000_000), SENDER, ANN)
    equal(exim.deliver(), [], "mails left in Exim's queue")
    expect(" K " in exim.logged(), f"Exim used no CHUNKING: {exim.logged()[-300:]}")
    delivery.hears(server, "BDAT ")
    expect(' C: DATA' not in server.logged(), "Exim said DATA")
    expect(BODY in bodies(server, ANN) and bodies(server, BOB) == [BODY], "the body is not what was sent")
    large = [raw for raw in by_pop(server, ANN) if b"exim-large" in raw]
    equal([mail.ident_of(raw) for raw in large], ["exim-large"], "the large mails")


# R2920-3.2-a R5321-4.5.2-a D11
@check
def exim_hands_over_without_chunks(context):
    server = delivery.start(context)
    exim = Exim(context, ["driver = smtp", f"port = {server.smtp[1]}", "hosts_try_chunking =",
                          "message_linelength_limit = 100000", "hosts_avoid_tls = *"])
    exim.submit(AWKWARD, SENDER, ANN, NOBODY, BOB)
    equal(exim.deliver(), [], "mails left in Exim's queue")
    expect(" L " in exim.logged(), f"Exim did not pipeline: {exim.logged()[-300:]}")
    for user in (ANN, BOB):
        equal(bodies(server, user), [BODY], f"bodies of {user}")
    expect(f"** {NOBODY} " in exim.logged(), "Exim did not hear of the unknown recipient")


# R2033-4.2-a D11
@check
def exim_delivers_by_lmtp(context):
    # Exim 4.96 has 256 octets for all of the reply to LHLO.
    server = delivery.start(context, {"actormail.auth.mechanisms": ""})
    exim = Exim(context, ["driver = lmtp", f"socket = {server.endpoints['lmtp-socket']}", "batch_max = 10",
                          "user = Debian-exim"])
    exim.submit(AWKWARD, SENDER, ANN, NOBODY, BOB)
    equal(exim.deliver(), [], "mails left in Exim's queue")
    for user in (ANN, BOB):
        equal(bodies(server, user), [BODY], f"bodies of {user}")
        expect(f'C="250 2.0.0 <{user}> Stored as ' in exim.logged(), f"Exim heard no answer for {user}")
    expect(f"** {NOBODY} " in exim.logged(), "Exim did not hear of the unknown recipient")
