"""Programs of Debian that send mail."""
import os

from lib import mail
from lib.registry import check, equal, expect
from lib.server import until


def only_mail(server, name, wanted):
    """The one message of a mailbox file ends with the octets that were sent, but for blank lines at its end."""
    found = server.stored(name)
    equal(len(found), 1, f"messages in {name}")
    expect(found[0].rstrip(b"\r\n").endswith(wanted.rstrip(b"\r\n")), f"{name} holds {found[0][-120:]!r}, not what was sent")


@check
def curl_sends_to_two_recipients(context):
    server, raw = context.default(), mail.make("curl-send")
    path = os.path.join(context.folder(), "mail.eml")
    with open(path, "wb") as file:
        file.write(raw)
    context.run(context.tool("curl"), "-sS", f"smtp://{server.smtp[0]}:{server.smtp[1]}/client.example",
                "--mail-from", "sender@example.net", "--mail-rcpt", "curl-a@example.org",
                "--mail-rcpt", "curl-b@example.org", "--upload-file", path)
    only_mail(server, "curl-a@example.org", raw)
    only_mail(server, "curl-b@example.org", raw)


@check
def swaks_sends(context):
    server = context.default()
    said = context.run(context.tool("swaks"), "--server", f"{server.smtp[0]}:{server.smtp[1]}",
                       "--from", "sender@example.net", "--to", "swaks@example.org", "--ehlo", "[127.0.0.1]",
                       "--header", "Subject: A check with swaks", "--body", "First line\n.\n..two dots\nFrom here on")
    expect(b" 250 " in said, "swaks saw no 250")
    only_mail(server, "swaks@example.org", b"\r\n\r\nFirst line\r\n.\r\n..two dots\r\nFrom here on\r\n")


@check
def swaks_pipelines(context):
    server = context.default()
    context.run(context.tool("swaks"), "--server", f"{server.smtp[0]}:{server.smtp[1]}", "--pipeline",
                "--from", "sender@example.net", "--to", "swaks-p1@example.org,swaks-p2@example.org",
                "--body", "In one go")
    only_mail(server, "swaks-p1@example.org", b"\r\n\r\nIn one go\r\n")
    only_mail(server, "swaks-p2@example.org", b"\r\n\r\nIn one go\r\n")


# R2
@check
def swaks_is_told_of_an_unknown_recipient(context):
    server = context.guarded()
    context.run(context.tool("swaks"), "--server", f"{server.smtp[0]}:{server.smtp[1]}",
                "--from", "sender@example.net", "--to", "nobody@example.org", fails=True)
    expect(not os.path.exists(server.mailbox("nobody@example.org")), "a mailbox file was made for nobody")


@check
def msmtp_sends(context):
    server, raw = context.default(), mail.make("msmtp", 20_000)
    context.run(context.tool("msmtp"), f"--host={server.smtp[0]}", f"--port={server.smtp[1]}", "--auth=off",
                "--tls=off", "--from=sender@example.net", "msmtp@example.org", text=raw.replace(b"\r\n", b"\n"))
    found = server.stored("msmtp@example.org")
    equal([mail.ident_of(one) for one in found], ["msmtp"], "names of the mails stored")


@check
def s_nail_sends(context):
    server = context.default()
    context.run(context.tool("s-nail"), "-:/", "-S", "v15-compat", "-S", "smtp-auth=none", "-S",
                "mime-encoding=8b", "-S", f"mta=smtp://{server.smtp[0]}:{server.smtp[1]}", "-S",
                "from=sender@example.net", "-S", "hostname=client.example", "-s", "Grüße", "snail@example.org", text="Schöne Grüße\n".encode())
    until(lambda: server.stored("snail@example.org"), 30, "the mail of s-nail")
    only_mail(server, "snail@example.org", "\r\n\r\nSchöne Grüße\r\n".encode())


@check
def nc_plays_a_dialog_line_by_line(context):
    server = context.default()
    lines = ["EHLO client.example", "MAIL FROM:<sender@example.net>", "RCPT TO:<nc@example.org>", "DATA",
             "Subject: by hand", "", "Hello", ".", "QUIT"]
    said = context.run(context.tool("nc"), "-N", "-w", "20", server.smtp[0], str(server.smtp[1]),
                       text="".join(f"{line}\r\n" for line in lines).encode())
    codes = [line[:3] for line in said.decode("ascii").splitlines() if line[3:4] != "-"]
    equal(codes, ["220", "250", "250", "250", "354", "250", "221"], "codes of the replies")
    only_mail(server, "nc@example.org", b"Subject: by hand\r\n\r\nHello\r\n")
