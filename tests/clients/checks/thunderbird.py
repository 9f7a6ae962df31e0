"""Thunderbird itself: its own windows send, fetch, show and delete."""
import os

from lib.registry import check, equal, expect
from lib.server import until
from lib.thunderbird import NONE, STARTTLS, TLS, Thunderbird
from lib.wire import fetch_all

TEXT = "Hello Bob,\n\n.a line that begins with a dot\nFrom here on: grüße, 信\n\nAlice\n"
SCREENSHOT = "ACTORMAIL_SCREENSHOT"


def sent(thunderbird, key, recipient, subject, text=TEXT):
    equal(thunderbird.send(key, recipient, subject, text), [], f"what Thunderbird complains about {subject!r}")


def got(thunderbird, key, *subjects):
    """Gets mail; these are then the messages in the inbox."""
    equal(thunderbird.get_mail(key), [], "what Thunderbird complains about when it gets mail")
    equal(sorted(thunderbird.subjects(key)), sorted(subjects), "messages in its inbox")


def protocol(server, user):
    """The word behind `with` in our Received field of the newest message."""
    head = server.stored(user)[-1].partition(b"\r\n\r\n")[0]
    field = head[head.index(b"Received: "):].decode()
    return field[field.index(" with "):].split()[1]


# R5321-3.2-a
@check
def thunderbird_in_the_basic_profile(context):
    """The course's V2 and V3: EHLO is refused, it goes on with HELO, and reads its mail by POP3."""
    server, user = context.basic(), "thunderbird-basic@example.org"
    with Thunderbird(context) as thunderbird:
        key = thunderbird.add_account(user, "any", (server.pop3, NONE), (server.smtp, NONE), login=False)
        sent(thunderbird, key, user, "The first mail")
        equal(protocol(server, user), "SMTP", "the protocol that Received names (ESMTP after EHLO)")
        sent(thunderbird, key, f"{user}, other-basic@example.org", "One for two")
        equal(len(server.stored("other-basic@example.org")), 1, "mail of the second recipient")
        got(thunderbird, key, "The first mail", "One for two")
        equal(thunderbird.show(key, "The first mail"), TEXT, "the text that it shows")
        equal(fetch_all(server, user), [], "mail left on the server")
        thunderbird.remove(key, "The first mail")
        got(thunderbird, key, "One for two")


@check
def thunderbird_with_a_password_over_starttls(context):
    """587 with STARTTLS and POP3 with STLS; mail stays on the server until it is deleted here."""
    server, (user, password) = context.secure(), context.account("thunderbird-starttls")
    with Thunderbird(context) as thunderbird:
        key = thunderbird.add_account(user, password, (server.pop3, STARTTLS),
                                      (server.endpoints["submission"], STARTTLS), leave=True)
        expect(thunderbird.send(key, user, "Untrusted", TEXT), "it sends over a certificate that it does not know")
        equal(server.stored(user), [], "mail stored over an untrusted certificate")
        trust(context, thunderbird)
        sent(thunderbird, key, user, "By STARTTLS")
        equal(protocol(server, user), "ESMTPSA", "the protocol that Received names")
        sent(thunderbird, key, user, "Stays")
        got(thunderbird, key, "By STARTTLS", "Stays")
        equal(thunderbird.show(key, "By STARTTLS"), TEXT, "the text that it shows")
        equal(len(server.stored(user)), 2, "mail left on the server")
        thunderbird.remove(key, "By STARTTLS")
        got(thunderbird, key, "Stays")
        until(lambda: len(server.stored(user)) == 1, 30, "the deletion on the server")
        expect(b"\r\nSubject: Stays\r\n" in server.stored(user)[0], "the wrong mail was deleted")
        refuses_wrong_password(thunderbird, key, user, server)


@check
def thunderbird_with_a_password_over_tls(context):
    """The ports 465 and 995; what was fetched is deleted on the server. Here the picture is taken."""
    server = context.secure()
    with Thunderbird(context) as thunderbird:
        trust(context, thunderbird)
        keys = {name: thunderbird.add_account(*context.account(name), (server.endpoints["pop3s"], TLS),
                                              (server.endpoints["submissions"], TLS)) for name in ("alice", "bob")}
        sent(thunderbird, keys["alice"], "bob@example.org", "Over TLS", PICTURE)
        equal(protocol(server, "bob@example.org"), "ESMTPSA", "the protocol that Received names")
        got(thunderbird, keys["bob"], "Over TLS")
        equal(thunderbird.show(keys["bob"], "Over TLS"), PICTURE, "the text that it shows")
        equal(server.stored("bob@example.org"), [], "mail left on the server")
        take_picture(thunderbird)
        expect(thunderbird.send(keys["bob"], "nobody@example.org", "Lost", TEXT), "it sends to an unknown recipient")


PICTURE = """Hello Bob,

this mail went from Thunderbird to ActorMail over TLS with your password,
and Thunderbird has just fetched it again by POP3 over TLS.

.A line that begins with a dot, and Grüße, are as they were.

Alice
"""


def trust(context, thunderbird):
    with open(context.authority().certificate, encoding="ascii") as file:
        thunderbird.trust(file.read())


def refuses_wrong_password(thunderbird, key, user, server):
    before = len(server.stored(user))
    thunderbird.call("setPassword", key, "a wrong one")
    expect(thunderbird.send(key, user, "Wrong password", TEXT), "it sends with a wrong password")
    expect(thunderbird.get_mail(key), "it gets mail with a wrong password")
    equal(len(server.stored(user)), before, "mail after a wrong password")


def take_picture(thunderbird):
    """Writes the window to the file that the environment names; without one nothing changes in the tree."""
    if os.environ.get(SCREENSHOT):
        thunderbird.screenshot(os.environ[SCREENSHOT])
