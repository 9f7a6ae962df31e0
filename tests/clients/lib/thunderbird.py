"""Debian's Thunderbird under a virtual display, driven by Marionette: its own windows send, fetch, show and delete."""
import base64
import os
import pathlib
import shutil
import socket
import subprocess

from lib.marionette import Marionette

SCRIPT = pathlib.Path(__file__).with_suffix(".js")
CALL = ("const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs');"
        "const checks = Cu.getGlobalForObject(MailServices).ActorMailChecks;"
        "return checks[args[0]](...args.slice(1));")
NONE, STARTTLS, TLS = 0, 2, 3

# A profile that asks nothing, updates nothing and calls nobody.
PREFERENCES = {
    "app.update.enabled": False,
    "app.normandy.enabled": False,
    "browser.cache.disk.enable": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "extensions.update.enabled": False,
    "intl.accept_languages": "en",
    "mail.accountmanager.accounts": "account0",
    "mail.accountmanager.localfoldersserver": "server0",
    "mail.account.account0.server": "server0",
    "mail.server.server0.type": "none",
    "mail.server.server0.userName": "nobody",
    "mail.server.server0.hostname": "Local Folders",
    "mail.server.server0.name": "Local Folders",
    "mail.biff.show_alert": False,
    "mail.inappnotifications.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mail.spotlight.firstRunDone": True,
    "mail.spam.manualMark": False,
    "mailnews.database.global.indexer.enabled": False,
    "mailnews.start_page.enabled": False,
    "messenger.options.messagesStyle.variant": "",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.proxy.type": 0,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "data:,",
}


class Display:
    """An X server without a screen, on a number that it chooses itself."""

    def __init__(self, program, folder):
        reader, writer = os.pipe()
        with open(os.path.join(folder, "display.log"), "wb") as log:
            self.process = subprocess.Popen(
                [program, "-displayfd", str(writer), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
                pass_fds=[writer], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        os.close(writer)
        with open(reader, encoding="ascii") as pipe:
            self.name = f":{pipe.readline().strip()}"

    def end(self):
        end(self.process)


class Thunderbird:
    """One running Thunderbird with a new profile."""

    def __init__(self, context):
        program, server = context.tool("thunderbird"), context.tool("Xvfb")
        folder = context.folder("thunderbird")
        self.folder, self.log = folder, os.path.join(folder, "log")
        self.display, self.marionette = Display(server, folder), None
        port = free_port()
        profile = os.path.join(folder, "profile")
        os.mkdir(profile, 0o700)
        write_preferences(os.path.join(profile, "user.js"), {**PREFERENCES, "marionette.port": port})
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8", "TZ": "UTC",
                       "DISPLAY": self.display.name, "MOZ_CRASHREPORTER_DISABLE": "1"}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program, "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", profile],
                env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self.marionette = Marionette(port, lambda: self.process.poll() is None)
            self.version = self.marionette.run(SCRIPT.read_text("utf-8"))
        except BaseException:
            self.end()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def call(self, name, *arguments):
        """Calls a function of thunderbird.js."""
        return self.marionette.run(CALL, name, *arguments)

    def trust(self, certificate):
        """Trusts a certificate given in PEM, for this profile."""
        lines = [line for line in certificate.strip().splitlines() if not line.startswith("-----")]
        self.call("trust", "".join(lines))

    def add_account(self, address, password, pop3, smtp, login=True, leave=False):
        """
        An account; `pop3` and `smtp` are pairs of endpoint and security. Its key, which the other functions take.
        """
        def named(pair):
            return {"host": "localhost", "port": pair[0][1], "security": pair[1]}
        return self.call("addAccount", {"address": address, "password": password, "pop3": named(pop3),
                                        "smtp": {**named(smtp), "login": login}, "leave": leave})

    def send(self, key, recipient, subject, body):
        """Sends through the compose window; the texts of the dialogs that came up."""
        return self.call("send", {"key": key, "to": recipient, "subject": subject, "body": body})

    def get_mail(self, key):
        """Gets new mail; the texts of the dialogs that came up."""
        return self.call("getMail", key)["alerts"]

    def subjects(self, key):
        return self.call("subjects", key)

    def show(self, key, subject):
        """Shows a message in the window; its text as it is shown."""
        return self.call("show", key, subject)

    def remove(self, key, subject):
        self.call("remove", key, subject)

    def screenshot(self, path):
        """The main window as a PNG file."""
        picture = self.marionette.ask("WebDriver:TakeScreenshot", {"full": False, "hash": False})
        pathlib.Path(path).write_bytes(base64.b64decode(picture))

    def end(self):
        if self.marionette is not None:
            self.marionette.close()
        end(self.process)
        self.display.end()
        shutil.rmtree(os.path.join(self.folder, "profile"), ignore_errors=True)


def end(process):
    """Ends a process of ours, and waits for it."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def write_preferences(path, preferences):
    def literal(value):
        return f'"{value}"' if isinstance(value, str) else str(value).lower()
    lines = [f'user_pref("{name}", {literal(value)});\n' for name, value in preferences.items()]
    pathlib.Path(path).write_text("".join(lines), "utf-8")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
