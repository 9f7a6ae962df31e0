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
