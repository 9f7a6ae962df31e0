"""Certificates of our own authority, and the two ways of a client into TLS."""
import os
import ssl
import subprocess

DAYS = "30"
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")


class Authority:
    """A certificate authority of one run, kept in a folder."""

    def __init__(self, openssl, folder):
        self.openssl, self.folder = openssl, folder
        self.certificate, self._key = os.path.join(folder, "ca.pem"), os.path.join(folder, "ca.key")
        self._request(self.certificate, self._key, "/CN=Authority of the checks",
                      "basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign")

    def issue(self, name, *hosts, kind=CURVE):
        """A certificate for these host names and addresses."""
        names = ",".join(("IP:" if host[0].isdigit() else "DNS:") + host for host in hosts)
        certificate, key = (os.path.join(self.folder, f"{name}{end}") for end in (".pem", ".key"))
        self._request(certificate, key, f"/CN={hosts[0]}", f"subjectAltName={names}", "extendedKeyUsage=serverAuth",
                      "basicConstraints=critical,CA:FALSE", kind=kind,
                      options=("-CA", self.certificate, "-CAkey", self._key))
        return Certificate(certificate, key)

    def _request(self, certificate, key, subject, *extensions, kind=CURVE, options=()):
        added = [word for text in extensions for word in ("-addext", text)]
        subprocess.run([self.openssl, "req", "-x509", "-nodes", *kind, "-keyout", key, "-out", certificate, "-days",
                        DAYS, "-subj", subject, *added, *options], check=True, timeout=60, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def context(self):
        """What Python needs to trust us alone."""
        return ssl.create_default_context(cafile=self.certificate)


class Certificate:
    """A certificate and its key, each in a PEM file."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    def settings(self):
        return {"actormail.tls.certificates": self.certificate, "actormail.tls.keys": self.key}


def trusting_all():
    """A context that asks no certificate for its issuer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
