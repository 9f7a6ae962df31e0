"""File systems of a check's own: small ones in memory, and images of disks."""
import contextlib
import os
import subprocess

from lib.registry import Skip


def root_only():
    if os.geteuid() != 0:
        raise Skip("only root mounts file systems")


@contextlib.contextmanager
def small_volume(folder, size):
    """A file system in memory of so many MiB, mounted on a folder for the time of a block."""
    root_only()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}m,mode=700", "tmpfs", folder],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Skip("a small file system cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=False)


def fill(path):
    """Takes all room that is left on a volume."""
    block = b"\0" * 65536
    with open(path, "wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(block[:size]) == size:
                    pass


class Disk:
    """A file system on an image that can be copied in one moment, as if the power had gone then.

    The image is a file of an XFS volume, which clones files: a clone shuts out every write, so it has what the inner
    file system had handed to its disk, and nothing of what it kept in memory.
    """

    def __init__(self, folder, kind):
        self.kind, self._folder, self._mounted, self._clones = kind, folder, [], 0
        self._host, self._image = os.path.join(folder, "host"), os.path.join(folder, "host", "disk")
        self.root = os.path.join(folder, "root")

    def __enter__(self):
        root_only()
        try:
            self._make(os.path.join(self._folder, "volume"), "xfs", 1200, "-m", "reflink=1")
            self._mount(os.path.join(self._folder, "volume"), self._host)
            self._make(self._image, self.kind, 320)
            self._mount(self._image, self.root)
            return self
        except Skip:
            self.__exit__()
            raise

    def __exit__(self, *_):
        while self._mounted:
            subprocess.run(["umount", self._mounted.pop()], check=False)

    def clone(self):
        """The disk as it is now; to be mounted later."""
        self._clones += 1
        path = f"{self._image}.{self._clones}"
        _run("cp", "--reflink=always", self._image, path)
        return path

    @contextlib.contextmanager
    def after_the_cut(self, clone):
        """Mounts a clone, for which its file system replays its own journal; the folder."""
        folder = os.path.join(self._folder, "cut")
        self._mount(clone, folder)
        try:
            yield folder
        finally:
            _run("umount", self._mounted.pop())

    @staticmethod
    def _make(path, kind, size, *options):
        with open(path, "wb") as file:
            file.truncate(size * 1024 * 1024)
        _run(f"mkfs.{kind}", "-q", *options, path)

    def _mount(self, image, folder):
        os.makedirs(folder, exist_ok=True)
        # A clone has the identity of the disk that it was taken of, which xfs does not like.
        _run("mount", "-o", "loop,nouuid" if self.kind == "xfs" and folder != self._host else "loop", image, folder)
        self._mounted.append(folder)


def _run(*command):
    """A step without which the machine cannot do such a check."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except FileNotFoundError as fault:
        raise Skip(f"{command[0]} is not installed") from fault
    if done.returncode != 0:
        raise Skip(f"{command[0]} does not work here: {done.stdout.decode('utf-8', 'replace').strip()[-200:]}")
