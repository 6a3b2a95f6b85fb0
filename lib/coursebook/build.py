"""Builds the static book: ``make book`` writes book/_build/html.

Works the same on Linux, macOS and Windows, and needs the network once: the first build, and each
build after package-lock.json changed, fetches the browser runtime from npm.
"""

import shutil
from pathlib import Path

from sphinx.cmd.build import build_main

from coursebook import BOOK, BUILT, ROOT, runtime, theme


def add_command(commands) -> None:
    """Add ``build`` to the command line."""
    parser = commands.add_parser("build", help="build the book")
    parser.add_argument("--source", type=Path, default=ROOT, help="folder with _toc.yml")
    parser.add_argument("--out", type=Path, default=BUILT, help="gets html/")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command; its exit status is Sphinx's, 0 when there was not one warning."""
    runtime.bring()
    out = options.out.resolve()
    theme.forget(out / "html")
    arguments = ["-q", "-W", "--keep-going", "-b", "html", "-c", BOOK, "-d", out / "doctrees"]
    code = build_main([str(part) for part in (*arguments, options.source.resolve(), out / "html")])
    if code:  # or the next build would not read again, nor complain about, what is wrong
        shutil.rmtree(out / "doctrees", ignore_errors=True)
    else:
        theme.trim(out / "html")
        print(f"The book: {out / 'html' / 'index.html'}")
    return code
