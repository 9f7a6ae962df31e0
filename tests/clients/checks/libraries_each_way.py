"""
Libraries and curl in clear, over STLS and under TLS from the start: all commands of POP3 on awkward mails, a wrong
password, and what is left.
"""
import json
import os
import poplib

from checks.senders_over_tls import node_script
from lib import mail
from lib.maildrop import Maildrop, PLAIN, STLS, TLS, WAYS, WRONG, judge
from lib.registry import check, equal, expect


def words(drop, way):
    """What a script of ours is told."""
    return way, str(drop.port(way)), drop.user, drop.password, drop.authority.certificate


def joined(lines):
    return b"".join(line + b"\r\n" for line in lines)


def begin(drop, way):
    port, trust = drop.port(way), drop.authority.context()
    if way == TLS:
        return poplib.POP3_SSL("localhost", port, context=trust, timeout=60)
    pop = poplib.POP3("localhost", port, timeout=60)
    expect("STLS" in pop.capa(), "CAPA does not name STLS")
    if way == STLS:
        pop.stls(context=trust)
    return pop


def is_refused(pop, drop):
    pop.user(drop.user)
    try:
        pop.pass_(WRONG)
    except poplib.error_proto as refusal:
        return b"[AUTH]" in refusal.args[0]
    return False


# R1939-3-g R1939-5-f R1939-5-i R1939-5-k R1939-5-m R1939-7-b R1939-7-e R2595-4-a R3206-6-a
@check
def poplib_does_all_each_way(context):
    drop = Maildrop(context, "poplib-all")
    for way in WAYS:
        names, pop = drop.fill(), begin(drop, way)
        capabilities = pop.capa()
        expect({"USER", "SASL", "UIDL", "TOP"} <= capabilities.keys(), f"CAPA, {way}: {capabilities}")
        expect(("STLS" in capabilities) == (way == PLAIN), f"CAPA and STLS, {way}: {capabilities}")
        told = {"refused": is_refused(pop, drop)}
        pop.user(drop.user)
        pop.pass_(drop.password)
        count, octets = pop.stat()
        told["count"] = count
        told["sizes"] = [int(line.split()[1]) for line in pop.list()[1]]
        equal(octets, sum(told["sizes"]), "octets of STAT against LIST")
        told["uidl"] = [line.split()[1].decode() for line in pop.uidl()[1]]
        told["mails"] = [joined(pop.retr(number)[1]).hex() for number in range(1, count + 1)]
        told["top"] = joined(pop.top(1, 1)[1]).hex()
        pop.dele(1)
        pop.dele(3)
        pop.rset()
        told["reset"] = pop.stat()[0]
        pop.dele(2)
        pop.quit()
        judge(drop, way, names, json.dumps(told))


@check
def perl_does_all_each_way(context):
    drop, script = Maildrop(context, "perl"), os.path.join(context.root, "tests", "clients", "perl", "pop3.pl")
    for way in WAYS:
        names = drop.fill()
        judge(drop, way, names, context.run(context.tool("perl"), script, *words(drop, way)))


@check
def node_does_all_both_ways(context):
    """node-pop3 knows no STLS."""
    drop, script = Maildrop(context, "node-pop3"), node_script(context, "pop3.mjs")
    for way in (PLAIN, TLS):
        names = drop.fill()
        judge(drop, way, names, context.run(context.tool("node"), script, *words(drop, way)))


@check
def curl_does_all_each_way(context):
    drop = Maildrop(context, "curl-all")

    def curl(way, *transfers, password=drop.password, fails=False):
        """Some transfers over one connection."""
        scheme, given = ("pop3s" if way == TLS else "pop3"), []
        for path, *more in transfers:
            given += ["--next"] if given else []
            given += ["-sS", f"{scheme}://localhost:{drop.port(way)}/{path}", "--cacert", drop.authority.certificate,
                      "--user", f"{drop.user}:{password}", *more, *(["--ssl-reqd"] if way != PLAIN else [])]
        return context.run(context.tool("curl"), *given, fails=fails)

    def said(way, command):
        return curl(way, ("", "-X", command)).split(b"\r\n")[:-1]

    for way in WAYS:
        names = drop.fill()
        curl(way, ("1",), password=WRONG, fails=True)
        numbers = range(1, len(names) + 1)
        mails = [curl(way, (str(number),)) for number in numbers]
        equal([mail.ident_of(raw) for raw in mails], names, f"mails that curl reads, {way}")
        equal([int(line.split()[1]) for line in said(way, "LIST")], [len(raw) for raw in mails], f"sizes, {way}")
        equal(len({line.split()[1] for line in said(way, "UIDL")}), len(names), f"different unique ids, {way}")
        top = b"\r\n".join(said(way, "TOP 1 1"))
        equal(top.partition(b"\r\n\r\n")[2], b".", f"lines of TOP 1 1, {way}")
        delete = ("-I", "-X", "DELE")
        kept = curl(way, ("1", *delete), ("3", *delete), ("", "-I", "-X", "RSET"), ("", "-X", "LIST"), ("2", *delete))
        equal(len([line for line in kept.split(b"\r\n") if line]), len(names), f"lines of LIST after RSET, {way}")
        equal(drop.left(), [names[0], *names[2:]], f"mails left by curl, {way}")
