"""Raw connections: exact octets out, whole replies in."""
import socket
import struct

TIMEOUT = 30


class Closed(AssertionError):
    """The other side ended the connection where an answer was due."""


def connect(endpoint, timeout):
    """To a host and port, or to the path of a Unix socket."""
    if isinstance(endpoint, str):
        local = socket.socket(socket.AF_UNIX)
        local.settimeout(timeout)
        local.connect(endpoint)
        return local
    wire = socket.create_connection(endpoint, timeout)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


class Wire:
    """A connection whose every wait has an end."""

    def __init__(self, endpoint, timeout=TIMEOUT):
        self.socket = connect(endpoint, timeout)
        self._buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes rudely: the other side sees RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def secure(self, context, name="localhost"):
        """The TLS handshake from the client's side; what came in clear must have been answered and read."""
        if self._buffer:
            raise AssertionError(f"{self._buffer[:200]!r} came in clear behind the answer to STARTTLS")
        self.socket = context.wrap_socket(self.socket, server_hostname=name)

    def send(self, octets):
        self.socket.sendall(octets)

    def read_line(self):
        """A line without its CRLF; None at the end."""
        while b"\r\n" not in self._buffer:
            more = self.socket.recv(65536)
            if not more:
                if self._buffer:
                    raise Closed(f"the connection ended in the line {self._buffer[:200]!r}")
                return None
            self._buffer += more
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def rest(self):
        """All that comes until the other side closes; a reset counts as the end."""
        try:
            while more := self.socket.recv(65536):
                self._buffer += more
        except ConnectionError:
            pass
        rest, self._buffer = self._buffer, b""
        return rest


class Smtp(Wire):
    """An SMTP or LMTP conversation by hand, on any of the listeners; with `tls` the handshake comes first."""

    def __init__(self, server, greeted=True, timeout=TIMEOUT, listener="smtp", tls=None):
        super().__init__(server.endpoints[listener], timeout)
        if tls is not None:
            self.secure(tls)
        self.greeting = self.reply() if greeted else None

    def reply(self):
        """A whole reply: code and lines; (0, []) at the end."""
        lines = []
        while True:
            line = self.read_line()
            if line is None:
                return 0, lines
            text = line.decode("ascii")
            lines.append(text[4:])
            if text[3:4] != "-":
                return int(text[:3]), lines

    def ask(self, command):
        """Sends a command line: the code of its reply."""
        self.send((command.encode("utf-8") if isinstance(command, str) else command) + b"\r\n")
        return self.reply()[0]

    def say(self, command, code):
        """Sends a command that must be answered with this code; the lines of the reply."""
        self.send((command.encode("utf-8") if isinstance(command, str) else command) + b"\r\n")
        found, lines = self.reply()
        if found != code:
            raise AssertionError(f"{command!r} was answered {found} {lines!r} instead of {code}")
        return lines

    def start_tls(self, context):
        """STARTTLS, the handshake, and EHLO under it; what is offered then."""
        self.say("STARTTLS", 220)
        self.secure(context)
        return self.say("EHLO client.example", 250)[1:]

    def chunk(self, octets, last=False):
        """Sends a chunk with its command in one piece, and awaits no reply."""
        self.send(b"BDAT %d%s\r\n" % (len(octets), b" LAST" if last else b"") + octets)

    def deliver(self, raw, *recipients, sender="sender@example.net"):
        """One transaction; the code of the last reply."""
        for line in (f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{to}>" for to in recipients)):
            code = self.ask(line)
            if code != 250:
                return code
        code = self.ask("DATA")
        if code != 354:
            return code
        self.send(stuff(raw) + b".\r\n")
        return self.reply()[0]


class Pop(Wire):
    """A POP3 conversation by hand; with `tls` the handshake comes first."""

    def __init__(self, server, user=None, password="any", listener="pop3", tls=None, utf8=False):
        super().__init__(server.endpoints[listener])
        if tls is not None:
            self.secure(tls)
        self.greeting = self.ok()
        if utf8:
            self.ok("UTF8")
        if user is not None:
            self.ok(f"USER {user}")
            self.ok(f"PASS {password}")

    def ask(self, command=None):
        """A command's one-line answer."""
        if command is not None:
            self.send((command.encode("utf-8") if isinstance(command, str) else command) + b"\r\n")
        line = self.read_line()
        return line if line is None else line.decode("ascii")

    def ok(self, command=None):
        answer = self.ask(command)
        if answer is None:
            raise Closed(f"the connection ended before the answer to {command!r}")
        if not answer.startswith("+OK"):
            raise AssertionError(f"{command!r} was answered {answer!r}")
        return answer

    def err(self, command):
        answer = self.ask(command)
        if not (answer or "").startswith("-ERR"):
            raise AssertionError(f"{command!r} was answered {answer!r}")
        return answer

    def octets(self, command):
        """A multi-line answer as it is, dots undone."""
        self.ok(command)
        answer, seen = bytearray(b"\r\n" + self._buffer), 0
        while (end := answer.find(b"\r\n.\r\n", seen)) < 0:
            seen = max(0, len(answer) - 4)
            more = self.socket.recv(65536)
            if not more:
                raise Closed(f"the connection ended in the answer to {command!r}")
            answer += more
        self._buffer = bytes(answer[end + 5:])
        return bytes(answer[:end + 2]).replace(b"\r\n..", b"\r\n.")[2:]

    def lines(self, command):
        return self.octets(command).split(b"\r\n")[:-1]

    def fetch(self, number):
        return self.octets(f"RETR {number}")

    def fetch_all(self):
        count = int(self.ok("STAT").split()[1])
        return [self.fetch(number) for number in range(1, count + 1)]


def stuff(raw):
    """Dots doubled at the beginning of lines; ends with CRLF."""
    text = raw.replace(b"\r\n.", b"\r\n..")
    text = b"." + text if text.startswith(b".") else text
    return text if text.endswith(b"\r\n") else text + b"\r\n"


def fetch_all(server, user, password="any", utf8=False):
    """All mail of a mailbox over POP3; with `utf8` as it is stored, else its header is made ASCII (RFC 6856)."""
    with Pop(server, user, password, utf8=utf8) as pop:
        messages = pop.fetch_all()
        pop.ok("QUIT")
        return messages
