"""Several processes share the checks; each has folders, servers and ports of its own, and does one file at a time."""
import multiprocessing
import multiprocessing.connection
import os
import pathlib
import signal
import subprocess
import sys
import time
import traceback

from lib.registry import Context, Skip

FORK = multiprocessing.get_context("fork")


class Outcome:
    """How one check ended: ok, skip or FAIL, and why."""

    def __init__(self, name, word, why="", seconds=0.0, trace=""):
        self.name, self.word, self.why, self.seconds, self.trace = name, word, why, seconds, trace

    def line(self):
        return f"{self.word} {self.name}{f': {self.why}' if self.why else ''}"


def units(checks):
    """
    Checks that one worker does one after the other: those of a file, and of files with the same `LANE`. Files that say
    `FIRST` take long, and others run beside them.
    """
    found = {}
    for name, function in checks:
        module = sys.modules[function.__module__]
        found.setdefault(getattr(module, "LANE", module.__name__), []).append((name, function))
    return sorted(found.values(),
                  key=lambda unit: not any(hasattr(sys.modules[function.__module__], "FIRST") for _, function in unit))


def perform(context, name, function):
    """Runs one check."""
    started, trace = time.monotonic(), ""
    try:
        try:
            function(context)
        finally:
            context.end_check()
        word, why = "ok", ""
    except Skip as reason:
        word, why = "skip", str(reason)
    except subprocess.TimeoutExpired as late:
        word, why = "FAIL", f"{pathlib.Path(str(late.cmd[0])).name} did not end within {late.timeout:.0f} s"
    except Exception as fault:  # pylint: disable=broad-except
        word, why, trace = "FAIL", f"{type(fault).__name__}: {fault}".replace("\n", " | "), traceback.format_exc()
    return Outcome(name, word, why, time.monotonic() - started, trace)


def work(connection, others, settings):
    """The life of a worker: files of checks come in, the beginning and the outcome of each check go out."""
    os.setsid()  # What is left of a worker that died is ended as a group.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for other in others:
        other.close()
    context = Context(*settings)
    try:
        connection.send(context.base)
        while True:
            for name, function in connection.recv():
                connection.send(name)
                connection.send(perform(context, name, function))
            connection.send(None)
    except (EOFError, BrokenPipeError):
        pass  # There is nothing left to do, or nobody to do it for.
    finally:
        context.close()


class Worker:
    """The parent's view of one."""

    def __init__(self, others, settings):
        self.connection, theirs = FORK.Pipe()
        self.process = FORK.Process(
            target=work, args=(theirs, [self.connection, *(other.connection for other in others)], settings))
        self.process.start()
        theirs.close()
        self.base, self.unit, self.left, self.current = None, [], [], None

    def give(self, unit):
        self.unit, self.left = unit, [name for name, _ in unit]
        self.connection.send(unit)

    def dead(self):
        """The outcome of the check it died of; its other processes end too."""
        self.process.join()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return Outcome(self.current or "a-worker", "FAIL", f"the worker ended with {self.process.exitcode}")


class Pool:
    """Gives out the files of checks, and tells of each check that has ended."""

    def __init__(self, checks, count, settings, tell):
        self.waiting, self.settings, self.tell = units(checks), settings, tell
        self.workers, self.bases = [], []
        self.count = max(1, min(count, len(self.waiting)))

    def run(self):
        try:
            for _ in range(self.count):
                self.workers.append(Worker(self.workers, self.settings))
            while self.workers:
                for connection in multiprocessing.connection.wait([it.connection for it in self.workers]):
                    self.hear(next(it for it in self.workers if it.connection is connection))
        finally:
            for worker in self.workers:
                worker.process.terminate()
                worker.process.join()
        return self.bases

    def hear(self, worker):
        try:
            said = worker.connection.recv()
        except (EOFError, ConnectionResetError):
            self.replace(worker)
            return
        if isinstance(said, Outcome):
            worker.left.remove(said.name)
            self.tell(said)
        elif said in worker.left:
            worker.current = said
        else:
            if said:
                self.bases.append(said)
            self.next(worker)

    def next(self, worker):
        """Another file, or the end."""
        worker.current = None
        if self.waiting:
            worker.give(self.waiting.pop(0))
            return
        worker.connection.close()
        self.workers.remove(worker)
        worker.process.join()

    def replace(self, worker):
        """What a dead worker has not begun is done by another one; a worker that cannot even begin is the last."""
        self.workers.remove(worker)
        self.tell(worker.dead())
        rest = [(name, function) for name, function in worker.unit if name in worker.left and name != worker.current]
        if rest:
            self.waiting.insert(0, rest)
        if self.waiting and worker.current:
            self.workers.append(Worker(self.workers, self.settings))
        elif self.waiting and not self.workers:
            raise RuntimeError("no worker is left")
