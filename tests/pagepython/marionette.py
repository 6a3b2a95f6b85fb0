"""Drives the Firefox of this machine by its own protocol, Marionette: what the tests need of it.

Playwright drives only a Firefox that it brings itself.
"""

import json
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

PREFERENCES = {
    "marionette.port": 0,  # a free one; Firefox writes it into the profile
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}

WRITE = """
const field = document.querySelector(arguments[0]);
field.focus();
getSelection().selectAllChildren(field);
document.execCommand("insertText", false, arguments[1]);
"""


class Firefox:
    """A session; a script's result comes back as JSON."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=300)
        self.count = 0
        self._read()  # its greeting
        self.send("WebDriver:NewSession", capabilities={})

    def send(self, command: str, **parameters):
        """Send a command and wait for its answer."""
        self.count += 1
        content = json.dumps([0, self.count, command, parameters]).encode()
        self.socket.sendall(b"%d:%b" % (len(content), content))
        _, number, error, result = self._read()
        assert number == self.count
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return result

    def _read(self):
        size = b""
        while not size.endswith(b":"):
            size += self.socket.recv(1)
        content = b""
        while len(content) < int(size[:-1]):
            content += self.socket.recv(1 << 20)
        return json.loads(content)

    def go(self, url: str) -> None:
        """Open a page."""
        self.send("WebDriver:Navigate", url=url)

    def ask(self, script: str, *arguments):
        """What a script returns."""
        found = self.send("WebDriver:ExecuteScript", script=script, args=list(arguments))
        return found["value"]

    def wait(self, condition: str, seconds: float = 180):
        """Wait until an expression is true; returns it."""
        end = time.monotonic() + seconds
        while not (found := self.ask(f"return {condition}")):
            if time.monotonic() > end:
                raise TimeoutError(condition)
            time.sleep(0.1)
        return found

    def write(self, selector: str, text: str) -> None:
        """Put other text into an element that can be written in."""
        self.ask(WRITE, selector, text)


@contextmanager
def opened(program: str, profile: Path):
    """A Firefox without a window, with a profile of its own."""
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port, end = profile / "MarionetteActivePort", time.monotonic() + 120
        while not (port.exists() and port.read_text().strip()):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{program} did not start")
            time.sleep(0.1)
        yield Firefox(int(port.read_text()))
    finally:
        process.terminate()
        process.wait(30)
