"""JupyterLab as a learner has it: its server on a folder, and a page with a notebook open."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.limits import seconds

NOTEBOOK = "jupyterapp.shell.currentWidget"
KERNEL = f"{NOTEBOOK}?.sessionContext?.session?.kernel"
#: JupyterLab draws the cells that are seen; the tests look at all of them.
ALL_CELLS = '{"windowingMode": "none"}'


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """Start JupyterLab on the folder, with no settings but its own; yields a notebook's address."""
    own = folder / ".jupyter"
    places = {f"JUPYTER_{name}_DIR": str(own / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    places |= {f"JUPYTERLAB_{name}_DIR": str(own / name) for name in ("SETTINGS", "WORKSPACES")}
    extension = own / "SETTINGS" / "@jupyterlab" / "notebook-extension"
    extension.mkdir(parents=True)
    (extension / "tracker.jupyterlab-settings").write_text(ALL_CELLS)
    token = secrets.token_hex(8)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser"]
    options = [f"--port={port}", f"--IdentityProvider.token={token}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    with (folder / ".log").open("w") as log:
        server = subprocess.Popen(
            [*command, *options], cwd=folder, env=os.environ | places, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + seconds(60)
        while True:
            try:
                urllib.request.urlopen(f"{address}/api?token={token}", timeout=seconds(5)).close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((folder / ".log").read_text()) from None
                time.sleep(0.1)
        yield f"{address}/lab/tree/{{}}?token={token}&reset"
    finally:
        server.terminate()
        try:
            server.wait(seconds(5))
        except subprocess.TimeoutExpired:  # it may wait for a kernel that was stopped just before
            server.kill()
            server.wait()


def idle(page) -> None:
    """Wait until the kernel of the notebook has nothing to do."""
    page.wait_for_function(f"{KERNEL}?.status === 'idle'")


def opened(page, address: str):
    """Open a notebook and wait for its kernel and its widgets."""
    page.goto(address)
    page.wait_for_selector(".jp-CodeCell")
    idle(page)
    return page


def do(page, command: str) -> None:
    """A command of JupyterLab's menus, to its end."""
    page.evaluate(f"jupyterapp.commands.execute({json.dumps(command)}).then(() => null)")
