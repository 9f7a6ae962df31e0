"""Mails that tell who they are and whether they are whole."""
import hashlib
import random


class Torn(Exception):
    """A message is not what was sent."""


def make(ident, size=1000, sender="sender@example.net", subject="A check"):
    """A mail of about `size` octets with its name and the digest of its body in the header."""
    filler = random.Random(ident)
    alphabet = b"abcdefghijklmnopqrstuvwxyz0123456789 ,;-"
    line = bytes(filler.choice(alphabet) for _ in range(70)) + b"\r\n"
    rounds = max(1, size // 80)
    return wrap(ident, b"".join(b"%07d " % n + line for n in range(rounds)), sender, subject)


def wrap(ident, body, sender="sender@example.net", subject="A check"):
    """A mail with this body, and with its name and the digest of the body in the header."""
    head = (f"From: <{sender}>\r\nSubject: {subject}\r\nMessage-ID: <{ident}@clients.example>\r\n"
            f"X-Check-Id: {ident}\r\nX-Check-Digest: {hashlib.sha256(body).hexdigest()}\r\n\r\n")
    return head.encode("ascii") + body


def ident_of(raw):
    """The name of a mail that was made here; raises if a single octet of its body differs."""
    head, separator, body = raw.partition(b"\r\n\r\n")
    fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n") if line.startswith(b"X-Check-"))
    if not separator or len(fields) != 2:
        raise Torn(f"no header of ours in {raw[:200]!r}")
    if hashlib.sha256(body).hexdigest().encode() != fields[b"X-Check-Digest"]:
        raise Torn(f"the body of {fields[b'X-Check-Id'].decode()} was changed")
    return fields[b"X-Check-Id"].decode()


def doubled_or_lost(found, acknowledged):
    """What is wrong with the names found, given those that were acknowledged; None if nothing is."""
    seen = set()
    doubled = [name for name in found if name in seen or seen.add(name)]
    lost = set(acknowledged) - seen
    if doubled:
        return f"{len(doubled)} doubled, such as {doubled[0]}"
    if lost:
        return f"{len(lost)} of {len(acknowledged)} acknowledged are lost, such as {sorted(lost)[0]}"
    return None
