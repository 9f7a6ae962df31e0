"""Accounts in a file: who may read, and who is a recipient."""
from lib import mail
from lib.registry import check, equal, expect
from lib.wire import Pop, Smtp, fetch_all


def refusal(server, user, password):
    """The answers to USER and PASS of a login that must fail."""
    with Pop(server) as pop:
        answers = (pop.ask(f"USER {user}"), pop.err(f"PASS {password}"))
        pop.err("STAT")
        return answers


# A2 A9
@check
def a_wrong_password_opens_nothing(context):
    server = context.guarded()
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        equal(smtp.deliver(mail.make("for-alice"), "alice@example.org"), 250, "the reply to the final dot")
    wrong = refusal(server, "alice@example.org", "alice-Secret-2")
    equal(refusal(server, "nobody@example.org", "alice-Secret-1"), wrong, "answers to an unknown user (A2)")
    refusal(server, "bob@example.org", "alice-Secret-1")
    found = fetch_all(server, "alice@example.org", "alice-Secret-1")
    equal([mail.ident_of(one) for one in found], ["for-alice"], "alice's mail")
    equal(fetch_all(server, "alice", "alice-Secret-1"), found, "alice's mail by a name without domain")
    equal(fetch_all(server, "bob@example.org", "bob-Secret-2"), [], "bob's mail")


# A5 N3
@check
def odd_names_and_passwords_are_failed_logins(context):
    server = context.guarded()
    for user in ("alice@example.org\0", "alice@example.org\0x", "*", "alic?@example.org", "%", "%s%n", "${user}",
                 "alice@example.org/../bob@example.org", "'\" OR 1=1 --", "ü" * 50, "a@b@example.org", "x" * 400):
        with Pop(server) as pop:
            if (pop.ask(f"USER {user}") or "").startswith("+OK"):
                expect((pop.ask("PASS alice-Secret-1") or "-ERR").startswith("-ERR"), f"{user!r} is logged in")
    for password in ("alice-Secret-1\0", "alice-Secret", "alice-Secret-1 ", "", "x" * 400):
        with Pop(server) as pop:
            pop.ok("USER alice@example.org")
            expect((pop.ask(f"PASS {password}") or "-ERR").startswith("-ERR"), f"{password!r} opens alice's mailbox")
    equal(len(fetch_all(server, "bob@example.org", "bob-Secret-2")), 0, "bob's mail afterwards")


# R1 R2 R5321-3.6.2-a R5321-4.1.1.2-b
@check
def nobody_but_local_recipients_gets_mail(context):
    server = context.guarded()
    with Smtp(server) as smtp:
        smtp.say("EHLO client.example", 250)
        smtp.say("MAIL FROM:<alice@example.org>", 250)
        for recipient in ("nobody@example.org", "alice@example.com", "alice@example.org.example.com",
                          "alice@sub.example.org", "alice@xexample.org", "alice%example.com@example.org",
                          "example.com!alice@example.org", '"alice@example.org"@example.com', "alice@[127.0.0.1]",
                          "@example.org:alice@example.com", "alice@example.org@example.com", "alice@example.org."):
            code = smtp.ask(f"RCPT TO:<{recipient}>")
            expect(code // 100 == 5, f"RCPT TO:<{recipient}> was answered {code}")
        smtp.say("DATA", 503)
        smtp.say("RCPT TO:<Alice@EXAMPLE.ORG>", 250)
        smtp.say("RSET", 250)
        smtp.say("MAIL FROM:<>", 250)
        smtp.say("QUIT", 221)


# A1 O2
@check
def passwords_are_in_no_file_and_no_log(context):
    server = context.guarded()
    refusal(server, "alice@example.org", "a-Password-that-is-wrong")
    code, said = server.command("user", "list")
    expect(code == 0 and "alice@example.org" in said, f"user list ended {code}: {said}")
    said += context.run("/bin/sh", "-c", 'cat "$1/accounts" "$2"', "sh", server.data, server.log).decode("utf-8")
    for secret in ("alice-Secret-1", "bob-Secret-2", "a-Password-that-is-wrong"):
        expect(secret not in said, f"{secret} is written down")
