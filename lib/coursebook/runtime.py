"""What pages and slides need in the browser, made once and kept in book/_build/assets.

The widgets' runtime is bundled into one script and one style, MathJax copied, the card drawn.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import logitlab

from coursebook import BROWSER, BUILT, HERE, card, npm, pagepython

ASSETS = BUILT / "assets"
SOURCES = BROWSER / "widgets"
REVIEW = BROWSER / "review"
EXPLORERS = Path(logitlab.__file__).parent / "explorers"
COMMON = EXPLORERS / "explorers.css"
STYLES = [COMMON, *sorted(set(EXPLORERS.glob("*.css")) - {COMMON})]


def bring() -> None:
    """Make all of it, unless it is there already."""
    parts = [HERE / "runtime.py", npm.LOCK, *sorted(SOURCES.iterdir()), *STYLES]
    parts += [*sorted(REVIEW.iterdir()), *sorted(EXPLORERS.glob("*.js"))]
    parts += pagepython.sources()
    contents = [pagepython.wanted().encode(), *(part.read_bytes() for part in parts)]
    want = hashlib.sha256(b"".join(contents)).hexdigest()
    stamp = ASSETS.with_name("assets.sha256")
    if ASSETS.exists() and stamp.exists() and stamp.read_text() == want:
        return write_card()
    npm.install()
    shutil.rmtree(ASSETS, ignore_errors=True)
    bundle()
    bundle_review()
    copy_mathjax()
    pagepython.bring(ASSETS / "pagepython")
    write_card()
    stamp.write_text(want)


def write_card() -> None:
    """Draw the picture for shared links; an unchanged one is left alone."""
    path, picture = ASSETS / "card.png", card.draw()
    if not path.exists() or path.read_bytes() != picture:
        ASSETS.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)


def bundle() -> None:
    """Put the widget runtime into one script and one style, its licences beside them.

    The explorers' styles are in it too: brought one by one, each would style the page anew.
    """
    folder, record = ASSETS / "widgets", ASSETS.with_name("bundle.json")
    options = ["--inject:./define.js", "--alias:sanitize-html=./sanitize.js"]
    options += [f"--outfile={folder / 'widgets.js'}", f"--metafile={record}"]
    _esbuild(SOURCES, "widgets.js", *options)
    with (folder / "widgets.css").open("a", encoding="utf-8") as style:
        style.write("\n".join(path.read_text(encoding="utf-8") for path in STYLES))
    (folder / "licences.txt").write_text(npm.licences(record), encoding="utf-8")


def bundle_review() -> None:
    """What the page of reviews and the lessons' lines of progress need, as scripts of their own."""
    _esbuild(REVIEW, "progress.js", "review.js", f"--outdir={ASSETS / 'review'}")
    shutil.copy(REVIEW / "review.css", ASSETS / "review")


def _esbuild(folder: Path, *command: str) -> None:
    tool = map(str, [npm.find_node(), npm.MODULES / "esbuild" / "bin" / "esbuild"])
    options = ["--bundle", "--minify", "--target=es2022", "--legal-comments=none"]
    packages = {**os.environ, "NODE_PATH": str(npm.MODULES)}
    subprocess.run(
        [*tool, *command, *options, "--log-level=warning"], cwd=folder, env=packages, check=True
    )


def copy_mathjax() -> None:
    """Copy the one MathJax component the pages load, and the fonts it asks for."""
    source = npm.MODULES / "mathjax" / "es5"
    fonts = Path("output") / "chtml" / "fonts" / "woff-v2"
    shutil.copytree(source / fonts, ASSETS / "mathjax" / fonts)
    for file in (source / "tex-chtml.js", npm.MODULES / "mathjax" / "LICENSE"):
        shutil.copy(file, ASSETS / "mathjax")
