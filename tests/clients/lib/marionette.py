"""Marionette, the protocol by which Mozilla's programs let themselves be driven: JSON over TCP."""
import json
import socket
import time

PATIENCE = 120


class ScriptFailed(AssertionError):
    """A script inside the program threw."""


class Marionette:
    """One driver of a program that was started with `--marionette`."""

    def __init__(self, port, is_alive):
        self.socket, self.buffer, self.count = connect(port, is_alive), b"", 0
        self.socket.settimeout(PATIENCE + 30)
        self.read()  # The hello.
        self.ask("WebDriver:NewSession", {"unhandledPromptBehavior": "ignore"})
        self.ask("Marionette:SetContext", {"value": "chrome"})

    def read(self):
        while b":" not in self.buffer:
            self.receive()
        length, _, self.buffer = self.buffer.partition(b":")
        while len(self.buffer) < int(length):
            self.receive()
        packet, self.buffer = self.buffer[:int(length)], self.buffer[int(length):]
        return json.loads(packet)

    def receive(self):
        more = self.socket.recv(65536)
        if not more:
            raise ScriptFailed("the program closed its Marionette connection")
        self.buffer += more

    def ask(self, command, parameters=None):
        """A command's result; the program's error is raised."""
        self.count += 1
        packet = json.dumps([0, self.count, command, parameters or {}]).encode()
        self.socket.sendall(b"%d:%s" % (len(packet), packet))
        _, _, error, result = self.read()
        if error:
            raise ScriptFailed(f"{command}: {error.get('error')}: {error.get('message')}")
        return result.get("value") if isinstance(result, dict) and "value" in result else result

    def run(self, script, *arguments):
        """
        Runs an asynchronous function's body in the program, with `args`; what it returns. A dialog that comes up ends
        the call and not the script, so the script leaves its result behind, and is asked for it.
        """
        self.execute("globalThis.result = null; const args = [...arguments]; (async () => {" + script + "})().then("
                     "value => { globalThis.result = { value: value ?? null }; },"
                     "fault => { globalThis.result = { fault: `${fault} ${fault?.stack ?? ''}` }; });", arguments)
        deadline = time.monotonic() + PATIENCE
        while (result := self.execute("return globalThis.result;")) is None:
            if time.monotonic() > deadline:
                raise ScriptFailed(f"no result after {PATIENCE} s of {script[:80]!r} with {arguments}")
            time.sleep(0.03)
        if "fault" in result:
            raise ScriptFailed(result["fault"][:600])
        return result["value"]

    def execute(self, script, arguments=()):
        """One turn of a script; None if a dialog was up."""
        try:
            return self.ask("WebDriver:ExecuteScript", {"script": script, "args": list(arguments), "sandbox": "system",
                                                        "newSandbox": False})
        except ScriptFailed as fault:
            if "unexpected alert open" in str(fault):
                return None
            raise

    def close(self):
        self.socket.close()


def connect(port, is_alive):
    """The connection to a program that is starting; it ends early if the program does."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 10)
        except OSError as refused:
            if not is_alive() or time.monotonic() > deadline:
                raise ScriptFailed("the program does not listen for Marionette") from refused
            time.sleep(0.05)
