"""
Programs that fetch mail, in clear, over STLS and under TLS from the start: awkward mails come as they were sent, those
that are known are not fetched again, a wrong password fetches and deletes nothing, and what is left is as it was told.
"""
import os

from checks.debian_readers import names_of, on_terminal, split_saved
from lib.maildrop import Maildrop, PLAIN, STLS, TLS, WAYS, WRONG
from lib.registry import check, equal


def fetched(path):
    """The names of the mails in a file of a program; none if it has written none."""
    return names_of(whole(raw) for raw in split_saved(path)) if os.path.exists(path) else []


def whole(raw):
    """getmail folds long fields, and s-nail ends a mail without a body with one empty line only."""
    raw = raw.replace(b": \r\n ", b": ")
    return raw if b"\r\n\r\n" in raw else raw + b"\r\n"


def fetches(drop, way, fetch):
    """A program with `fetch(inbox, password, keep, fails)`; the names of the mails that it was told to keep."""
    inbox = os.path.join(drop.folder, f"inbox-{way}")
    names = drop.fill()
    fetch(inbox, WRONG, True, True)
    equal(fetched(inbox), [], f"mails that {drop.program} has with a wrong password, {way}")
    fetch(inbox, drop.password, True, False)
    equal(fetched(inbox), sorted(names), f"mails that {drop.program} fetches, {way}")
    fetch(inbox, drop.password, True, False)
    equal(len(fetched(inbox)), len(names), f"mails after {drop.program} has fetched again what it keeps, {way}")
    more = drop.fill()
    fetch(inbox, drop.password, False, False)
    equal(fetched(inbox), sorted(names + more), f"mails that {drop.program} has in the end, {way}")
    return names


# R1939-7-h
@check
def mpop_fetches_each_way(context):
    """With a filter it asks TOP for each header first."""
    drop = Maildrop(context, "mpop-all")
    for way in WAYS:
        def fetch(inbox, password, keep, fails, way=way):
            tls = ["--tls=off"] if way == PLAIN else [
                "--tls=on", f"--tls-starttls={'on' if way == STLS else 'off'}",
                f"--tls-trust-file={drop.authority.certificate}"]
            context.run(context.tool("mpop"), "--host=localhost", f"--port={drop.port(way)}", f"--user={drop.user}",
                        f"--passwordeval=echo {password}", "--auth=user", *tls, f"--keep={'on' if keep else 'off'}",
                        "--received-header=off", f"--delivery=mbox,{inbox}", "--filter=cat >/dev/null",
                        f"--uidls-file={drop.folder}/uidls", fails=fails)

        fetches(drop, way, fetch)
        equal(drop.left(), [], f"mails left by mpop, {way}")


@check
def fetchmail_fetches_each_way(context):
    """Where it keeps, it asks TOP for whole messages."""
    drop = Maildrop(context, "fetchmail-all")
    tls = {PLAIN: 'sslproto ""', STLS: "sslproto TLS1.2+", TLS: "ssl sslproto TLS1.2+"}
    for way in WAYS:
        def fetch(inbox, password, keep, fails, way=way):
            trust = "" if way == PLAIN else f'sslcertck sslcertfile "{drop.authority.certificate}"'
            control = drop.write("rc", f"poll localhost port {drop.port(way)} proto POP3 auth password uidl\n"
                                 f'  user "{drop.user}" password "{password}" {tls[way]} {trust}\n'
                                 f"  {'keep' if keep else 'nokeep'} pass8bits\n  mda \"/bin/sh -c 'echo From fetchmail "
                                 f"Tue Nov 24 00:00:00 2026; cat; echo' >>{inbox}\"\n")
            # It ends with 1 where there is nothing new.
            context.run("/bin/sh", "-c", '"$@" || [ $? = 1 ]', "sh", context.tool("fetchmail"), "-f", control,
                        "--nosyslog", "--nodetach", "--norewrite", "--invisible", "--pidfile", f"{drop.folder}/pid",
                        "-i", f"{drop.folder}/ids", fails=fails, env={"FETCHMAILHOME": drop.folder})

        # What it was told to keep once it does not delete later.
        kept = fetches(drop, way, fetch)
        equal(drop.left(), kept, f"mails left by fetchmail, {way}")


@check
def getmail_fetches_both_ways(context):
    """It knows no STLS."""
    drop = Maildrop(context, "getmail-all")
    for way in (PLAIN, TLS):
        def fetch(inbox, password, keep, fails, way=way):
            kind = "SimplePOP3SSLRetriever" if way == TLS else "SimplePOP3Retriever"
            trust = f"ca_certs = {drop.authority.certificate}\n" if way == TLS else ""
            drop.write("getmailrc", f"[retriever]\ntype = {kind}\nserver = localhost\nport = {drop.port(way)}\n"
                       f"username = {drop.user}\npassword = {password}\n{trust}[destination]\ntype = MDA_external\n"
                       "path = /bin/sh\nallow_root_commands = true\narguments = ('-c', '(echo From getmail Tue Nov 24 "
                       f"00:00:00 2026; cat; echo) >>{inbox}')\n[options]\ndelete = {'false' if keep else 'true'}\n"
                       "read_all = false\ndelivered_to = false\nreceived = false\n")
            context.run(context.tool("getmail"), f"--getmaildir={drop.folder}", "--rcfile=getmailrc", fails=fails)

        fetches(drop, way, fetch)
        equal(drop.left(), [], f"mails left by getmail, {way}")


@check
def s_nail_reads_and_deletes_each_way(context):
    drop = Maildrop(context, "s-nail-all")
    user = drop.user.replace("@", "%40")
    for way in WAYS:
        names, saved = drop.fill(), os.path.join(drop.folder, way)
        tls = {PLAIN: [], STLS: ["-S", "pop3-use-starttls"], TLS: []}[way]

        def s_nail(commands, password=drop.password, fails=False, way=way, tls=tls):
            context.run(context.tool("s-nail"), "-:/", "-S", "v15-compat", "-S", "tls-verify=strict", *tls, "-S",
                        f"tls-ca-file={drop.authority.certificate}", "-S", "errexit", "-Y", commands, "-f",
                        f"{'pop3s' if way == TLS else 'pop3'}://{user}:{password}@localhost:{drop.port(way)}",
                        fails=fails)

        s_nail("quit\n", password=WRONG, fails=True)
        s_nail(f"copy * {saved}\ndelete 1 3\nexit\n")
        equal(fetched(saved), sorted(names), f"mails that s-nail copies, {way}")
        s_nail("delete 2\nquit\n")
        equal(drop.left(), [names[0], *names[2:]], f"mails left by s-nail, {way}")


@check
def mutt_reads_and_deletes_each_way(context):
    drop = Maildrop(context, "mutt-all")
    user = drop.user.replace("@", "%40")
    os.mkdir(os.path.join(drop.folder, "Mail"))
    for way in WAYS:
        names, out = drop.fill(), os.path.join(drop.folder, f"piped-{way}")
        keys = (f"<tag-pattern>~A<enter><tag-prefix><pipe-message>cat >>{out}<enter><untag-pattern>~A<enter>"
                "<first-entry><next-entry><delete-message><sync-mailbox><exit>")
        settings = ["pipe_split=yes", "wait_key=no", "sleep_time=0", "pipe_decode=no", "delete=yes", "resolve=no",
                    f"ssl_starttls={'yes' if way == STLS else 'no'}",
                    f"ssl_force_tls={'no' if way == PLAIN else 'yes'}",
                    f"tmpdir={drop.folder}", f"certificate_file={drop.authority.certificate}",
                    "pop_authenticators=user", "pop_checkinterval=600"]
        on_terminal([context.tool("mutt"), "-n", "-F", "/dev/null",
                     *(word for setting in settings for word in ("-e", f"set {setting}")), "-e", f'push "{keys}"',
                     "-f", f"{'pops' if way == TLS else 'pop'}://{user}:{drop.password}@localhost:{drop.port(way)}/"],
                    drop.folder, 60)
        with open(out, "rb") as file:
            found = [line.split()[1].decode() for line in file if line.startswith(b"X-Check-Id:")]
        equal(found, names, f"mails that mutt reads, {way}")
        equal(drop.left(), [names[0], *names[2:]], f"mails left by mutt, {way}")
