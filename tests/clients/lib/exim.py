"""
Exim as a client: a private queue that hands its mail to our server. Debian's package excludes Postfix, so it is not
installed but unpacked into a cache, and told by nss_wrapper that the user it insists on exists.
"""
import glob
import os
import pathlib
import re
import shutil
import subprocess

from lib.registry import Skip, expect

PACKAGE, USER, NUMBER = "exim4-daemon-light", "Debian-exim", 64321
CONFIGURATION = """\
exim_path = {program}
keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
primary_hostname = exim.example
qualify_domain = exim.example
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
log_selector = +pipelining
exim_user = {user}
exim_group = {user}
message_size_limit = 100M
local_from_check = false
untrusted_set_sender = *

begin routers
bounces:
  driver = redirect
  senders = :
  data = :blackhole:
ours:
  driver = manualroute
  route_list = * {host}
  self = send
  transport = ours

begin transports
ours:
{transport}

begin retry
* * F,1h,1s
"""


class Exim:
    """
    Exim with one transport to the server, whose settings are the lines of `transport`. For root alone, who may become
    the user that Exim delivers as.
    """

    def __init__(self, context, transport, host="127.0.0.1"):
        if os.geteuid() != 0:
            raise Skip("Exim is started by root only")
        self.folder = context.folder("exim")
        # Its own user must find the way to its folder, and starts the program again for each bounce.
        self.program = shutil.copy(program(), self.folder)
        os.chmod(context.base, 0o711)
        os.chmod(self.folder, 0o755)
        self.write("passwd", f"root:x:0:0::/:/bin/sh\n{USER}:x:{NUMBER}:{NUMBER}::/:/bin/false\n")
        self.write("group", f"root:x:0:\n{USER}:x:{NUMBER}:\n")
        self.configuration = self.write("exim.conf", CONFIGURATION.format(
            program=self.program, folder=self.folder, user=USER, host=host,
            transport="\n".join(f"  {line}" for line in transport)))
        os.mkdir(os.path.join(self.folder, "spool"))
        for path in (self.folder, os.path.join(self.folder, "spool")):
            os.chown(path, NUMBER, NUMBER)
        self.environment = dict(os.environ, LD_PRELOAD="libnss_wrapper.so", LC_ALL="C.UTF-8",
                                NSS_WRAPPER_PASSWD=f"{self.folder}/passwd", NSS_WRAPPER_GROUP=f"{self.folder}/group")

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def run(self, *options, text=b""):
        done = subprocess.run([self.program, "-C", self.configuration, *options], input=text, env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        expect(done.returncode == 0, f"exim {options[0]} ended {done.returncode}: {self.last_words(done.stdout)}")
        return done.stdout.decode("utf-8", "replace")

    def submit(self, raw, sender, *recipients):
        """Puts a mail into the queue. A dot in a line of its own does not end it."""
        self.run("-odq", "-oi", "-f", sender, "--", *recipients, text=raw.replace(b"\r\n", b"\n"))

    def deliver(self):
        """Runs the queue once, whatever Exim thinks of the time to try again; what is left in it."""
        self.run("-qff")
        return [line.split()[2] for line in self.run("-bp").splitlines() if re.match(r" *\d+[mhd] ", line)]

    def logged(self, name="main"):
        try:
            with open(os.path.join(self.folder, f"{name}log"), encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def last_words(self, said):
        return f"{said[-200:]!r} {self.logged('panic')[-200:]!r}"


def program():
    """The path of the program, unpacked when first asked for."""
    # The linker of a program that starts as another user looks into these only.
    if not glob.glob("/usr/lib/*/libnss_wrapper.so"):
        raise Skip("libnss-wrapper is not installed")
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache", "actormail-clients")
    found = cache / PACKAGE / "usr/sbin/exim4"
    if not found.exists():
        unpack(cache, cache / PACKAGE)
    done = subprocess.run(["ldd", found], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    missing = re.findall(r"(\S+) => not found", done.stdout)
    if missing or done.returncode != 0:
        raise Skip(f"Exim lacks {', '.join(missing) or done.stdout.strip()}")
    return str(found)


def unpack(cache, folder):
    """Downloads the package and unpacks it; the folder is there when all of it is."""
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise Skip(f"{PACKAGE} cannot be unpacked without {tool}")
    work = cache / f"{PACKAGE}.{os.getpid()}"
    work.mkdir(parents=True)
    try:
        done = subprocess.run(["apt-get", "download", "-qq", PACKAGE], cwd=work, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        packages = list(work.glob("*.deb"))
        if done.returncode != 0 or not packages:
            raise Skip(f"apt-get download {PACKAGE}: {done.stdout.decode('utf-8', 'replace').strip()[-200:]}")
        subprocess.run(["dpkg-deb", "-x", packages[0], work / "root"], check=True, timeout=60)
        # With its set-user-id bit the linker would not load nss_wrapper.
        (work / "root/usr/sbin/exim4").chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        (work / "root").rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
