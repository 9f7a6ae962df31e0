"""What our TLS is made of, seen by openssl and sslscan: versions, ciphers, resumption, names, files that change."""
import os
import re
import socket
import ssl

from lib.registry import check, equal, expect
from lib.server import until
from lib.tls import trusting_all

# How openssl reaches TLS on each listener.
LISTENERS = {"smtp": ("-starttls", "smtp"), "submission": ("-starttls", "smtp"), "submissions": (),
             "pop3": ("-starttls", "pop3"), "pop3s": ()}
SSLSCAN = {"smtp": ["--starttls-smtp"], "submission": ["--starttls-smtp"], "submissions": [],
           "pop3": ["--starttls-pop3"], "pop3s": []}


def s_client(context, server, listener, *options, fails=False):
    """What `openssl s_client` says of one connection."""
    host, port = server.endpoints[listener]
    return context.run(context.tool("openssl"), "s_client", "-connect", f"{host}:{port}", *LISTENERS[listener],
                       "-CAfile", context.authority().certificate, "-verify_return_error", *options, text=b"QUIT\r\n",
                       fails=fails).decode("ascii", "replace")


def negotiated(said):
    """Protocol and cipher."""
    found = re.search(r"New, (\S+), Cipher is (\S+)|Reused, (\S+), Cipher is (\S+)", said)
    expect(found, f"openssl shows no cipher in {said[-300:]!r}")
    return tuple(word for word in found.groups() if word)


# T4
@check
def openssl_negotiates_tls_1_2_and_1_3_and_nothing_older(context):
    server = context.secure()
    for listener in LISTENERS:
        equal(negotiated(s_client(context, server, listener, "-tls1_2"))[0], "TLSv1.2", f"protocol of {listener}")
        equal(negotiated(s_client(context, server, listener, "-tls1_3"))[0], "TLSv1.3", f"protocol of {listener}")
        equal(negotiated(s_client(context, server, listener))[0], "TLSv1.3", f"what openssl chooses on {listener}")
        for old in ("-tls1", "-tls1_1"):
            s_client(context, server, listener, old, "-cipher", "ALL:@SECLEVEL=0", fails=True)


# T4
@check
def openssl_is_refused_with_weak_ciphers_and_renegotiation(context):
    server = context.secure()
    for listener in ("submission", "submissions", "pop3s"):
        for weak in ("AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA384", "AES128-GCM-SHA256",
                     "kRSA", "aNULL", "eNULL", "NULL"):
            s_client(context, server, listener, "-tls1_2", "-cipher", f"{weak}:@SECLEVEL=0", fails=True)
    host, port = server.endpoints["submissions"]
    context.run(context.tool("openssl"), "s_client", "-connect", f"{host}:{port}", "-tls1_2", "-CAfile",
                context.authority().certificate, text=b"R\n", fails=True)


# T4
@check
def sslscan_finds_no_old_protocol_and_no_weak_cipher(context):
    server, program = context.secure(), context.tool("sslscan")
    for listener, options in SSLSCAN.items():
        host, port = server.endpoints[listener]
        said = context.run(program, "--no-colour", "--no-cipher-details", *options, f"{host}:{port}",
                           timeout=120).decode("utf-8", "replace")
        protocols = dict(re.findall(r"^(SSLv2|SSLv3|TLSv1\.[0-3])\s+(enabled|disabled)", said, re.MULTILINE))
        equal(protocols, {"SSLv2": "disabled", "SSLv3": "disabled", "TLSv1.0": "disabled", "TLSv1.1": "disabled",
                          "TLSv1.2": "enabled", "TLSv1.3": "enabled"}, f"protocols of {listener}")
        ciphers = re.findall(r"^(?:Preferred|Accepted)\s+TLSv1\.([23])\s+(\d+) bits\s+(\S+)", said, re.MULTILINE)
        expect(ciphers, f"sslscan finds no cipher on {listener}")
        for version, bits, name in ciphers:
            modern = "GCM" in name or "CHACHA20" in name
            expect(int(bits) >= 128 and modern and (version == "3" or name.startswith(("ECDHE-", "DHE-"))),
                   f"{listener} takes {name} with {bits} bits")
        for weakness in ("(?<!not )vulnerable to heartbleed", "Compression enabled", "Insecure session renegotiation"):
            expect(not re.search(weakness, said), f"{listener}: {weakness}")


@check
def openssl_resumes_a_session(context):
    server, folder = context.secure(), context.folder()
    for listener in ("submissions", "pop3s", "submission"):
        session = os.path.join(folder, listener)
        first = s_client(context, server, listener, "-sess_out", session, "-ign_eof")
        expect("\nNew, TLSv1.3" in first, f"the first session of {listener} is not new")
        again = s_client(context, server, listener, "-sess_in", session, "-ign_eof")
        expect("\nReused, TLSv1.3" in again, f"{listener} does not resume: {negotiated(again)}")


def served(server, name):
    """The names in the certificate that a client gets who asks for this one."""
    with socket.create_connection(server.endpoints["pop3s"], 30) as plain:
        with trusting_all().wrap_socket(plain, server_hostname=name) as wrapped:
            return wrapped.getpeercert(binary_form=True)


def octets_of(certificate):
    with open(certificate.certificate, encoding="ascii") as file:
        return ssl.PEM_cert_to_DER_cert(file.read())


def listening(context, *certificates, **settings):
    """A server of this check alone with these certificates."""
    pairs = ",".join(one.certificate for one in certificates), ",".join(one.key for one in certificates)
    return context.fresh(settings={"actormail.tls.certificates": pairs[0], "actormail.tls.keys": pairs[1],
                                   "actormail.pop3s.listen": "127.0.0.1:0", "actormail.tls.reload-interval": "100ms",
                                   **settings})


@check
def each_name_gets_its_certificate(context):
    authority = context.authority()
    first, second = authority.issue("sni-1", "mail.example.org"), authority.issue("sni-2", "mail.example.com")
    third = authority.issue("sni-3", "rsa.example.net", kind=("-newkey", "rsa:2048"))
    server = listening(context, first, second, third)
    for name, certificate in (("mail.example.org", first), ("mail.example.com", second), ("MAIL.Example.COM", second),
                              ("rsa.example.net", third), ("unknown.example", first), (None, first)):
        equal(served(server, name), octets_of(certificate), f"the certificate for {name}")


@check
def a_replaced_certificate_is_taken_and_a_broken_one_is_not(context):
    authority = context.authority()
    old, new = authority.issue("reload-1", "mail.example.org"), authority.issue("reload-2", "mail.example.org")
    live = authority.issue("reload-live", "mail.example.org")
    copy(old, live)
    server = listening(context, live)
    equal(served(server, "mail.example.org"), octets_of(old), "the certificate at the start")

    overwrite(live.certificate, b"-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n")
    until(lambda: b"reload-live.pem" in log_of(server), 30, "a word in the log about the broken file")
    equal(served(server, "mail.example.org"), octets_of(old), "the certificate while the file is broken")

    copy(new, live)
    until(lambda: served(server, "mail.example.org") == octets_of(new), 30, "the new certificate")
    overwrite(live.key, b"")
    overwrite(live.certificate, b"")
    equal(served(server, "mail.example.org"), octets_of(new), "the certificate while the files are empty")


def copy(source, target):
    for name in ("key", "certificate"):
        with open(getattr(source, name), "rb") as file:
            overwrite(getattr(target, name), file.read())


def overwrite(path, octets):
    with open(path + ".new", "wb") as file:
        file.write(octets)
    os.replace(path + ".new", path)


def log_of(server):
    with open(server.log, "rb") as file:
        return file.read().partition(b"pop3s")[2]


@check
def a_certificate_is_made_at_the_first_start_and_kept(context):
    """The default: TLS with a self-signed pair, whose fingerprint the log names; a client may trust its file."""
    server = context.fresh(settings={"actormail.pop3s.listen": "127.0.0.1:0"})
    path = os.path.join(server.data, "tls", "certificate.pem")
    equal(os.stat(os.path.join(server.data, "tls", "key.pem")).st_mode & 0o777, 0o600, "mode of the key")
    fingerprint = context.run(context.tool("openssl"), "x509", "-in", path, "-noout", "-fingerprint", "-sha256")
    shown = fingerprint.decode().strip().partition("=")[2]
    with open(server.log, encoding="utf-8") as file:
        said = file.read()
    expect(shown in said or shown.replace(":", "").lower() in said.lower(), f"the log does not name {shown}")
    before = served(server, "localhost")
    trust = ssl.create_default_context(cafile=path)
    for name in ("localhost", "mail.example.org", "127.0.0.1"):
        with socket.create_connection(server.endpoints["pop3s"], 30) as plain:
            with trust.wrap_socket(plain, server_hostname=name) as wrapped:
                expect(wrapped.recv(100).startswith(b"+OK"), f"no greeting for {name}")
    server.restart()
    equal(served(server, "localhost"), before, "the certificate after another start")
