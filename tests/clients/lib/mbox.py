"""A reader of mbox files of its own, so that the server's reader is not judged by itself."""
import re

_FROM = re.compile(rb"From \S+ [A-Z][a-z]{2} [A-Z][a-z]{2} [ 123]\d \d\d:\d\d:\d\d \d{4}$")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def split(content):
    """The messages of an mboxrd file, CRLF line ends, quoting and separators undone; raises on a torn file."""
    if not content:
        return []
    if not content.endswith(b"\n\n"):
        raise ValueError("the mailbox file does not end with a blank line")
    lines = content[:-1].split(b"\n")[:-1]
    starts = [n for n, line in enumerate(lines) if line.startswith(b"From ")]
    if not starts or starts[0] != 0:
        raise ValueError("the mailbox file does not begin with a From line")
    messages = []
    for start, end in zip(starts, [*starts[1:], len(lines) + 1]):
        if not _FROM.match(lines[start]):
            raise ValueError(f"odd From line {lines[start]!r}")
        if start and lines[start - 1]:
            raise ValueError(f"no blank line in front of line {start + 1}")
        body = b"".join(line + b"\n" for line in lines[start + 1:end - 1])
        messages.append(_QUOTED.sub(rb"\1", body).replace(b"\n", b"\r\n"))
    return messages
