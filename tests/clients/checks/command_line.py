"""The binary's other subcommands, and the ways it refuses to start."""
import os
import socket

from lib import mail
from lib.registry import Skip, check, equal, expect
from lib.server import Server
from lib.wire import Smtp, fetch_all


def refused(context, settings, code, *words):
    """The server ends at once with this exit code, and says these words."""
    server = Server(context.binary, context.folder("refused"), settings=settings)
    found, said = server.command("run")
    equal(found, code, f"exit code ({said.strip()[-200:]})")
    for word in words:
        expect(word in said, f"{word!r} is not said in {said.strip()[-300:]!r}")


@check
def the_demo_plays_its_story(context):
    folder = context.folder("demo")
    said = context.run("/bin/sh", "-c", 'cd "$1" && exec "$2" demo', "sh", folder, context.binary).decode()
    for word in ("RCPT TO", "354", "RETR", "+OK"):
        expect(word in said, f"{word!r} is not in the story")
    equal(os.listdir(folder), [], "files that the demo leaves")


@check
def bad_settings_are_named_and_nothing_starts(context):
    refused(context, {"actormail.smtp.lisen": "127.0.0.1:0", "actormail.pop3.max-line-length": "many"}, 78,
            "actormail.smtp.lisen", "actormail.pop3.max-line-length")
    refused(context, {"actormail.accounts.mode": "open", "actormail.smtp.listen": "0.0.0.0:0",
                      "actormail.domains": "example.org"}, 78, "actormail.accounts.mode")


@check
def a_port_in_use_is_named(context):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused(context, {"actormail.pop3.listen": f"127.0.0.1:{taken.getsockname()[1]}"}, 69, "actormail.pop3.listen")


@check
def a_second_server_on_the_same_data_is_refused(context):
    server = context.fresh()
    refused(context, {"actormail.data": server.data}, 75, str(server.process.pid))
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)


@check
def settings_come_from_the_environment_too(context):
    os.environ["ACTORMAIL__SMTP__MAX_MESSAGE_SIZE"] = "12345"
    try:
        server = context.fresh()
    finally:
        del os.environ["ACTORMAIL__SMTP__MAX_MESSAGE_SIZE"]
    with Smtp(server) as smtp:
        expect("SIZE 12345" in smtp.say("EHLO client.example", 250), "the variable has no effect")


@check
def the_server_listens_on_ipv6_and_several_ports(context):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as reason:
        raise Skip(f"no IPv6 on this machine: {reason}") from reason
    server = context.fresh(settings={"actormail.smtp.listen": "127.0.0.1:0,[::1]:0"})
    with open(server.ports_file, encoding="ascii") as file:
        ports = [line.split()[1] for line in file if line.startswith("smtp ")]
    equal(len(ports), 2, f"ports of SMTP in {ports}")
    for endpoint in ports:
        host, _, port = endpoint.rpartition(":")
        server.endpoints = {**server.endpoints, "smtp": (host.strip("[]"), int(port))}
        with Smtp(server) as smtp:
            smtp.say("EHLO [IPv6:::1]", 250)
            equal(smtp.deliver(mail.make(f"from-{len(host)}"), "six@example.org"), 250, "the reply to the final dot")
    equal(len(fetch_all(server, "six@example.org")), 2, "mails")


@check
def mailboxes_are_listed_shown_and_cleared_while_the_server_runs(context):
    server, user = context.fresh(), "listed@example.org"
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        for number in range(3):
            equal(smtp.deliver(mail.make(f"listed-{number}", subject=f"Number {number}"), user), 250, "the reply")
    code, said = server.command("mailbox", "list")
    expect(code == 0 and user in said and "3" in said, f"mailbox list ended {code}: {said}")
    code, said = server.command("mailbox", "show", user)
    expect(code == 0 and "Number 2" in said, f"mailbox show ended {code}: {said}")
    code, said = server.command("mailbox", "show", user, "2")
    expect(code == 0 and "X-Check-Id: listed-1" in said, f"mailbox show {user} 2 ended {code}: {said}")
    code, said = server.command("mailbox", "clear", user, "--yes")
    equal(code, 0, f"exit code of mailbox clear ({said.strip()})")
    equal(fetch_all(server, user), [], "mails after clearing")
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        equal(smtp.deliver(mail.make("listed-again"), user), 250, "the reply")
    equal([mail.ident_of(one) for one in fetch_all(server, user)], ["listed-again"], "mails after clearing")
