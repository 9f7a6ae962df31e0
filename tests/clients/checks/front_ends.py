"""Front ends that say who their client is: the PROXY protocol and XCLIENT, by swaks."""
import os

from lib import delivery
from lib.delivery import ANN, address
from lib.registry import check, equal, expect
from lib.wire import Smtp

CLIENT, NETWORK = "192.0.2.77", "127.0.0.0/8"
CLIENT6 = "2001:db8::77"


def swaks(context, server, user, *options, fails=False):
    return context.run(context.tool("swaks"), "--server", address(server.smtp), "--from", "sender@example.net",
                       "--to", user, "--ehlo", "front.example", "--body", "Text", *options, fails=fails).decode()


def proxy(version, source, family):
    """What swaks wants to be told of a header in each of the two versions."""
    named = "TCP4" if family == 4 else "TCP6"
    if version == 2:
        named = "AF_INET" if family == 4 else "AF_INET6"
    target = "198.51.100.1" if family == 4 else "2001:db8::1"
    binary = ("--proxy-command", "PROXY", "--proxy-protocol", "STREAM") if version == 2 else ()
    return ("--proxy-version", str(version), "--proxy-family", named, "--proxy-source", source,
            "--proxy-source-port", "4711", "--proxy-dest", target, "--proxy-dest-port", "25", *binary)


@check
def swaks_comes_through_a_proxy(context):
    server = context.fresh(settings={"actormail.connections.proxy-protocol-from": NETWORK})
    for version in (1, 2):
        for family, source, literal in ((4, CLIENT, f"[{CLIENT}]"), (6, CLIENT6, f"[IPv6:{CLIENT6}]")):
            user = f"proxy-{version}-{family}@example.org"
            swaks(context, server, user, *proxy(version, source, family))
            field = delivery.received(server, user)
            expect(field.startswith(f"from front.example ({literal}) by "), f"the field says {field!r}")
            shown = f"[{source}]" if family == 6 else source
            delivery.logs(server, f"from {shown}:4711 message ")
    server.stop()
    expect(" from 127.0.0.1:" not in server.logged(), "the log names the front end as a client")


# The client counts, and not the front end.
@check
def a_client_behind_a_proxy_has_its_own_limit(context):
    server = context.fresh(settings={"actormail.connections.proxy-protocol-from": NETWORK,
                                     "actormail.connections.max-per-address": "2"})

    def come(source):
        smtp = Smtp(server, greeted=False)
        smtp.send(f"PROXY TCP4 {source} 198.51.100.1 4711 25\r\n".encode())
        return smtp, smtp.reply()[0]

    held = [come(CLIENT) for _ in range(3)]
    equal([code for _, code in held], [220, 220, 421], "greetings of one client behind the front end")
    other, code = come("192.0.2.78")
    equal(code, 220, "the greeting of another client")
    for smtp in (other, *(one for one, _ in held)):
        smtp.close()


@check
def swaks_with_a_proxy_header_from_elsewhere_is_refused(context):
    server = context.fresh(settings={"actormail.connections.proxy-protocol-from": "192.0.2.0/24"})
    for version in (1, 2):
        user = f"forged-{version}@example.org"
        swaks(context, server, user, *proxy(version, CLIENT, 4), fails=True)
        equal(server.stored(user), [], "mails of one who says that it is another")
    swaks(context, server, "honest@example.org")
    equal(len(server.stored("honest@example.org")), 1, "mails without a header")
    server.stop()
    expect(CLIENT not in server.logged(), "the log believes it")


@check
def swaks_speaks_for_a_client_by_xclient(context):
    server, user = context.fresh(settings={"actormail.smtp.xclient-from": NETWORK}), "xclient@example.org"
    said = swaks(context, server, user, "--xclient-addr", CLIENT, "--xclient-port", "4711", "--xclient-name",
                 "real.example", "--xclient-helo", "real.example", "--xclient-proto", "ESMTP")
    equal(said.count(" 220 "), 2, "greetings")
    field = delivery.received(server, user)
    expect(f"front.example ([{CLIENT}])" in field, f"the field says {field!r}")
    delivery.logs(server, f"from {CLIENT}:4711 message ")
    swaks(context, server, "xclient6@example.org", "--xclient-addr", f"IPv6:{CLIENT6}")
    field = delivery.received(server, "xclient6@example.org")
    expect(f"([IPv6:{CLIENT6}])" in field, f"the field says {field!r}")


@check
def swaks_may_not_use_xclient_from_elsewhere(context):
    server, user = context.fresh(settings={"actormail.smtp.xclient-from": "192.0.2.0/24"}), "xclient-no@example.org"
    for forced in ((), ("--xclient-no-verify",)):
        said = swaks(context, server, user, "--xclient", f"ADDR={CLIENT}", *forced, fails=True)
        expect("250-XCLIENT" not in said, "XCLIENT is offered to everybody")
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        code = smtp.ask(f"XCLIENT ADDR={CLIENT}")
        expect(code // 100 == 5, f"XCLIENT was answered {code}")
        equal(smtp.deliver(b"Subject: x\r\n\r\nx\r\n", user), 250, "a mail behind it")
    field = delivery.received(server, user)
    expect("client.example ([127.0.0.1])" in field, f"the field says {field!r}")
    server.stop()
    expect(f"from {CLIENT}" not in server.logged(), "the log believes it")


ADDRESSES = """\
actormail.addresses {
  aliases = [
    "sales@example.org: ann@example.org, bob@example.org"
    "all@example.org: sales@example.org, bob@example.org"
    "@example.com: ann@example.org"
    "abuse: bob@example.org"
  ]
  domain-aliases = ["example.net example.org"]
}
"""


# R5321-3.9-a
@check
def swaks_reaches_mailboxes_by_aliases_and_details(context):
    path = os.path.join(context.folder("settings"), "addresses.hocon")
    with open(path, "w", encoding="ascii") as file:
        file.write(ADDRESSES)
    server = delivery.start(context, {"actormail.domains": "example.org,example.com"}, config=[path])
    cases = {"all@example.org": (1, 1), "ann+news@example.org": (1, 0), "Ann+News@Example.NET": (1, 0),
             "anybody@example.com": (1, 0), "abuse@example.org": (0, 1), "bob@example.net,sales@example.net": (1, 1)}
    counts = {ANN: 0, delivery.BOB: 0}
    for recipient, grown in cases.items():
        swaks(context, server, recipient)
        for user, more in zip(counts, grown):
            counts[user] += more
            equal(len(server.stored(user)), counts[user], f"mails of {user} after one to {recipient}")
    equal(delivery.field(server.stored(ANN)[1], "Delivered-To"), "ann+news@example.org", "the way to ann's second")
    for unknown in ("nobody+ann@example.org", "annnews@example.org", "sales@sub.example.org", "ann@elsewhere.example"):
        swaks(context, server, unknown, fails=True)
    equal([len(server.stored(user)) for user in counts], list(counts.values()), "mails after refusals")
    with open(f"{server.data}/aliases", "w", encoding="utf-8") as file:
        file.write("later@example.org: bob@example.org\n")
    swaks(context, server, "later@example.org")
    equal(len(server.stored(delivery.BOB)), counts[delivery.BOB] + 1, "mails by an alias that came to the file later")
