"""What was promised to clients, and whether a server, perhaps after a crash, keeps it."""
import enum
import hashlib
import random
import re
import threading

from lib.registry import equal, expect
from lib.wire import Pop

_IDENT = re.compile(rb"^X-Check-Id: (\S+)\r$", re.MULTILINE)
_TRACE = re.compile(rb"Return-Path: <[^>\r\n]*>\r\nReceived: [^\r\n]+\r\n(?:[ \t][^\r\n]+\r\n)*\Z")
_AWKWARD = (b"From sender@example.net Sat Nov  3 08:28:00 2026", b"From ", b">From here", b">>>From there", b".", b"..",
            b". ", b".From", b"", b"", b" ", b"\xe4\xf6\xfc\xdf \xff\x80", b">", b"Fro", b"X-Check-Id: nobody")


class Fate(enum.Enum):
    """How far a letter came, as far as its sender knows."""

    UNFINISHED = "its end was never sent"
    DOUBTFUL = "its end was sent, and no reply came"
    REFUSED = "it was refused, or has been missing after a crash"
    PROMISED = "it was acknowledged, or seen in a mailbox"


class Letter:
    """A message with its recipients; what became of each copy."""

    def __init__(self, ident, raw, users):
        self.ident, self.users, self.fate = ident, tuple(users), Fate.UNFINISHED
        self.length, self.digest = len(raw), hashlib.sha256(raw).digest()
        self.is_header_only = b"\r\n\r\n" not in raw
        self.deletion_asked, self.deleted = set(), set()

    def is_in(self, raw, is_exact=True):
        """Whether the server gave out what was sent, octet for octet behind its trace fields."""
        # A header without a body gets a blank line in the file, so that readers find the next message.
        if not is_exact and self.is_header_only and raw.endswith(b"\r\n\r\n"):
            raw = raw[:-2]
        trace, sent = raw[:-self.length], raw[-self.length:]
        return hashlib.sha256(sent).digest() == self.digest and _TRACE.match(trace) is not None


def compose(ident):
    """A message of one octet to some 300 KiB with all that a mailbox file or a dialog may stumble over."""
    dice = random.Random(ident)
    head = b"From: <sender@example.net>\r\nSubject: a check\r\nX-Check-Id: " + ident.encode("ascii") + b"\r\n"
    kind = dice.randrange(20)
    if kind == 0:
        return head
    if kind < 3:
        return head + b"\r\n" + bytes([dice.choice(b"x.>F")]) * (kind == 1) + b"\r\n"
    size = int(2 ** dice.uniform(3, 14)) if kind < 17 else dice.randrange(30_000, 260_000)
    size = dice.randrange(262_144, 310_000) if kind == 19 else size
    block, body = _block(dice), b""
    body = (block * (size // len(block) + 1))[:size - size % 40]
    return head + b"\r\n" + body.rpartition(b"\n")[0].rstrip(b"\r") + b"\r\n" + dice.choice(_AWKWARD) + b"\r\n"


def _block(dice):
    lines = [dice.choice(_AWKWARD) if dice.random() < 0.4 else dice.randbytes(dice.randrange(1, 90)).hex().encode()
             for _ in range(dice.randrange(3, 40))]
    return b"\r\n".join(lines) + b"\r\n" + b"long " * dice.randrange(180) + b"\r\n"


class Ledger:
    """All letters of a store, whoever sends, reads and deletes them. Its methods may be called by any thread."""

    def __init__(self, users):
        self.users, self.letters = list(users), {}
        self._uids = {user: {} for user in users}
        self._validity = {}
        self._lock = threading.Lock()

    def write(self, ident, users):
        """A new letter: itself, and its octets."""
        raw = compose(ident)
        letter = Letter(ident, raw, users)
        with self._lock:
            self.letters[ident] = letter
        return letter, raw

    def recognise(self, raw, is_exact=True):
        """The letter that these octets are; fails if they are none, or if one octet is wrong."""
        found = _IDENT.search(raw)
        letter = self.letters.get(found[1].decode("ascii")) if found else None
        expect(letter is not None, f"a message that nobody sent: {raw[:300]!r}")
        expect(letter.is_in(raw, is_exact), f"{letter.ident} was changed: {len(raw)} octets with the trace, "
                                            f"{letter.length} were sent: {raw[-60:]!r}")
        return letter

    def see(self, user, uid, letter):
        """A client was shown this letter under this unique id: both must hold for ever."""
        validity, number = uid.partition(".")[0], number_of(uid)
        with self._lock:
            equal(validity, self._validity.setdefault(user, validity), f"the UIDVALIDITY of {user}")
            known = self._uids[user].get(number) or letter.ident
            equal(letter.ident, known, f"whose unique id {uid} of {user} is")
            self._uids[user][number] = letter.ident
            letter.fate = Fate.PROMISED

    def list(self, user, uids):
        """A client was shown these unique ids, and not yet what they are of."""
        with self._lock:
            for uid in uids:
                self._uids[user].setdefault(number_of(uid), None)

    def ask_deletion(self, user, letters):
        with self._lock:
            for letter in letters:
                letter.deletion_asked.add(user)

    def confirm_deletion(self, user, letters):
        with self._lock:
            for letter in letters:
                letter.deleted.add(user)

    def promise(self):
        """What must be in a copy that is begun now, whatever happens meanwhile."""
        with self._lock:
            there = {user: {letter.ident for letter in self._of(user) if letter.fate is Fate.PROMISED
                            and user not in letter.deletion_asked} for user in self.users}
            gone = {user: {letter.ident for letter in self._of(user) if user in letter.deleted} for user in self.users}
        return there, gone

    def counts(self):
        fates = [letter.fate for letter in self.letters.values()]
        return ", ".join(f"{fates.count(fate)} {fate.name.lower()}" for fate in Fate)

    def _of(self, user):
        return [letter for letter in self.letters.values() if user in letter.users]

    def audit(self, server):
        """After a crash: every mailbox, by POP3 and by its file, is as promised; what was doubtful is certain now."""
        found = {user: self._look(server, user) for user in self.users}
        for user, seen in found.items():
            for letter in self._of(user):
                self._judge(user, letter, letter.ident in seen)
        for letter in self.letters.values():
            if letter.fate is Fate.DOUBTFUL:
                self._judge_doubtful(letter, found)

    def _look(self, server, user):
        """The names in a mailbox. They rise with their unique ids, and the file has the same in the same order."""
        listing, messages = read_all(server, user)
        letters = [self.recognise(raw) for raw in messages]
        names = [letter.ident for letter in letters]
        equal(len(set(names)), len(names), f"different letters of {user} over POP3 ({doubled(names)})")
        numbers = [number_of(uid) for uid in listing]
        equal(numbers, sorted(set(numbers)), f"the unique ids of {user}")
        news = [number for number in numbers if number not in self._uids[user]]
        highest = max(self._uids[user], default=0)
        expect(not news or news[0] > highest, f"{user} has a new message under {news[:1]}, and had {highest} before")
        lost = [number for number, ident in self._uids[user].items() if ident is None and number not in numbers]
        equal(lost, [], f"unique ids of {user} that a client was shown, and that are gone")
        for uid, letter in zip(listing, letters):
            expect(letter.fate is not Fate.UNFINISHED, f"{user} has {letter.ident}, whose end was never sent")
            expect(letter.fate is not Fate.REFUSED, f"{user} has {letter.ident}, which was refused or lost before")
            if letter.fate is Fate.PROMISED:
                self.see(user, uid, letter)
        in_file = [self.recognise(raw, is_exact=False) for raw in server.stored(user)]
        live = [letter.ident for letter in in_file if user not in letter.deletion_asked or letter.ident in names]
        equal(live, names, f"letters in the file of {user} against POP3")
        return dict(zip(names, listing))

    @staticmethod
    def _judge(user, letter, is_there):
        expect(user in letter.users, f"{user} has {letter.ident}, which went to {letter.users}")
        if user in letter.deleted:
            expect(not is_there, f"{letter.ident}, deleted from {user}, came back")
        elif user in letter.deletion_asked:
            # Nobody was told; from now on it is the one or the other.
            (letter.deletion_asked.discard if is_there else letter.deleted.add)(user)
        elif letter.fate is Fate.PROMISED:
            expect(is_there, f"{letter.ident}, promised to {letter.users}, is not in {user}")

    def _judge_doubtful(self, letter, found):
        places = [user for user in letter.users if letter.ident in found[user]]
        expect(len(places) in (0, len(letter.users)), f"{letter.ident} for {letter.users} is in {places} alone")
        letter.fate = Fate.PROMISED if places else Fate.REFUSED
        for user in places:
            self.see(user, found[user][letter.ident], letter)

    def audit_copy(self, server, promise, is_atomic=False):
        """A copy that was begun after a promise: all of that is there under its unique ids, and nothing is torn."""
        there, gone = promise
        found = {}
        for user in self.users:
            listing, messages = read_all(server, user)
            # Who came while the copy was made may be read anew from the file, with the blank line it has there.
            letters = [self.recognise(raw, is_exact=False) for raw in messages]
            found[user] = names = [letter.ident for letter in letters]
            equal(len(set(names)), len(names), f"different letters of {user} in the copy ({doubled(names)})")
            missing = [name for name in there[user] - set(names) if user not in self.letters[name].deletion_asked]
            equal(missing, [], f"letters of {user} that were promised and are not in the copy")
            equal(sorted(gone[user] & set(names)), [], f"letters of {user} that were deleted and are in the copy")
            for uid, letter in zip(listing, letters):
                expect(letter.fate is not Fate.UNFINISHED, f"{user} has {letter.ident}, whose end was never sent")
                if letter.ident in there[user]:
                    known = self.uid_of(user, letter)
                    expect(known in (uid, None), f"{letter.ident} of {user} was {known}, and is {uid} in the copy")
            in_file = [self.recognise(raw, is_exact=False).ident for raw in server.stored(user)]
            equal([name for name in in_file if name in names], names, f"letters in the copied file of {user}")
        for letter in self.letters.values() if is_atomic else ():
            places = {user for user in letter.users if letter.ident in found[user] or user in letter.deletion_asked}
            asked = letter.deletion_asked
            expect(places in (asked, set(letter.users)), f"{letter.ident} for {letter.users} is in {places} alone")
        return sum(map(len, found.values()))

    def uid_of(self, user, letter):
        number = next((number for number, ident in self._uids[user].items() if ident == letter.ident), None)
        return None if number is None else f"{self._validity[user]}.{number:x}"


def read_all(server, user):
    """The unique ids of a mailbox, and its messages."""
    with Pop(server, user) as pop:
        listing = [line.split()[1].decode("ascii") for line in pop.lines("UIDL")]
        messages = pop.fetch_all()
        pop.ok("QUIT")
    equal(len(messages), len(listing), f"messages of {user} against UIDL")
    return listing, messages


def doubled(names):
    return next((name for name in names if names.count(name) > 1), "none doubled")


def number_of(uid):
    return int(uid.partition(".")[2], 16)
