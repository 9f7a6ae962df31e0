"""Other mail servers hand their mail over: Exim and Postfix, by SMTP with what EHLO offers, and by LMTP."""
import fcntl

from lib import delivery, mail
from lib.delivery import ANN, BOB, NOBODY
from lib.exim import Exim
from lib.postfix import Postfix
from lib.registry import check, equal, expect
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


# R3030-2-b R2920-3.2-a D11
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


# R2033-4.2-b D11
@check
def exim_delivers_by_lmtp(context):
    """It has 256 octets for all of the reply to LHLO."""
    server = delivery.start(context)
    exim = Exim(context, ["driver = lmtp", f"socket = {server.endpoints['lmtp-socket']}", "batch_max = 10",
                          "user = Debian-exim"])
    exim.submit(AWKWARD, SENDER, ANN, NOBODY, BOB)
    equal(exim.deliver(), [], "mails left in Exim's queue")
    for user in (ANN, BOB):
        equal(bodies(server, user), [BODY], f"bodies of {user}")
        expect(f'C="250 2.0.0 <{user}> Stored as ' in exim.logged(), f"Exim heard no answer for {user}")
    expect(f"** {NOBODY} " in exim.logged(), "Exim did not hear of the unknown recipient")


# R6531-3.2-a R3461-5.1-a R2920-3.2-a
@check
def postfix_hands_over_with_extensions(context):
    server, jurgen = delivery.start(context, users=(ANN, "jürgen@example.org")), "jürgen@example.org"
    with Postfix(context, {"postfix-[a-z0-9]*": (server.smtp, {})}) as postfix:
        postfix.submit(mail.make("postfix-utf8"), "δοκιμή@client.example", jurgen, ANN)
        postfix.submit(mail.make("postfix-dsn"), SENDER, ANN, NOBODY,
                       options=("-V", "check-1", "-R", "hdrs", "-N", "failure,delay"))
        postfix.tells(jurgen, "sent")
        postfix.tells(ANN, "sent", 2)
        expect(" 550 5.1.1 " in postfix.tells(NOBODY, "bounced"), "the unknown recipient bounces for another reason")
    delivery.logs(server, " SMTPUTF8")
    equal(delivery.names(server, jurgen), ["postfix-utf8"], "mails of jürgen")
    equal(sorted(delivery.names(server, ANN)), ["postfix-dsn", "postfix-utf8"], "mails of ann")
    for parameters in (" RET=HDRS", " ENVID=check-1", f'RCPT TO:<{ANN}> ORCPT=rfc822;{ANN} NOTIFY=FAILURE,DELAY'):
        delivery.logs(server, parameters)


def lmtp_of(server, way):
    """The server as Postfix's lmtp client is told of it."""
    endpoint = server.endpoints[way]
    return f"lmtp:unix:{endpoint}" if way == "lmtp-socket" else f"lmtp:inet:[127.0.0.1]:{endpoint[1]}"


def postfix_delivers(context, way, settings):
    """Several recipients; then one who has no room for a while; then a server that is away for a while."""
    server = delivery.start(context, {"actormail.store.max-unapplied": "1"})
    settings = {name: value.replace("OURS", lmtp_of(server, way)) for name, value in settings.items()}
    with Postfix(context, {}, settings) as postfix:
        postfix.submit(mail.make("first"), SENDER, ANN, NOBODY, BOB)
        for user in (ANN, BOB):
            postfix.tells(user, "sent")
        expect(" 550 5.1.1 " in postfix.tells(NOBODY, "bounced"), "the unknown recipient bounces for another reason")
        with open(server.mailbox(BOB), "r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            postfix.submit(mail.make("second"), SENDER, BOB)
            postfix.tells(BOB, "sent", 2)
            postfix.submit(mail.make("third"), SENDER, ANN, BOB)
            postfix.tells(ANN, "sent", 2)
            postfix.tells(BOB, "deferred")
        postfix.flushes_until(BOB, "sent", 3)
        away(server)
        for name in ("fourth", "fifth"):
            postfix.submit(mail.make(name), SENDER, ANN, BOB)
        for user, count in ((ANN, 2), (BOB, 3)):
            postfix.tells(user, "deferred", count)
        server.start()
        for user, count in ((ANN, 4), (BOB, 5)):
            postfix.flushes_until(user, "sent", count)
    equal(sorted(delivery.names(server, ANN)), ["fifth", "first", "fourth", "third"], "mails of ann")
    equal(sorted(delivery.names(server, BOB)), ["fifth", "first", "fourth", "second", "third"], "mails of bob")
    expect(all(b" with LMTP " in raw for raw in server.stored(ANN)), "a mail that did not come by LMTP")


def away(server):
    """Stops the server, which will come back on the same ports."""
    server.settings["actormail.lmtp.listen"] = ",".join(
        (f"127.0.0.1:{server.endpoints['lmtp'][1]}", f"unix:{server.endpoints['lmtp-socket']}"))
    equal(server.stop(), 0, "exit code")


# R2033-4.2-b D8
@check
def postfix_delivers_to_local_mailboxes_by_lmtp(context):
    """As mailbox_transport, over the Unix socket: one recipient at a time."""
    postfix_delivers(context, "lmtp-socket", {"mydestination": "example.org", "mailbox_transport": "OURS"})


# R2033-4.2-b D8
@check
def postfix_delivers_to_virtual_mailboxes_by_lmtp(context):
    """As virtual_transport, over TCP: all recipients together."""
    postfix_delivers(context, "lmtp", {"virtual_mailbox_domains": "example.org", "virtual_mailbox_maps": "",
                                       "virtual_transport": "OURS"})
