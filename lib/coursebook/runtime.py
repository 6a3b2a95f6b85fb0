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
from coursebook.pagemodel import assets as pagemodel

ASSETS = BUILT / "assets"
SOURCES = BROWSER / "widgets"
EXPLORERS = Path(logitlab.__file__).parent / "explorers"
COMMON = EXPLORERS / "explorers.css"
STYLES = [COMMON, *sorted(set(EXPLORERS.glob("*.css")) - {COMMON})]


def bring() -> None:
    """Make all of it, unless it is there already."""
    parts = [HERE / "runtime.py", npm.LOCK, *sorted(SOURCES.iterdir()), *STYLES]
    parts += [*pagepython.sources(), *pagemodel.sources(), *sorted(EXPLORERS.glob("*.js"))]
    asked = f"{pagepython.wanted()} model {pagemodel.wanted()}"
    contents = [asked.encode(), *(part.read_bytes() for part in parts)]
    want = hashlib.sha256(b"".join(contents)).hexdigest()
    stamp = ASSETS.with_name("assets.sha256")
    if ASSETS.exists() and stamp.exists() and stamp.read_text() == want:
        return write_card()
    npm.install()
    shutil.rmtree(ASSETS, ignore_errors=True)
    bundle()
    copy_mathjax()
    pagepython.bring(ASSETS / "pagepython")
    pagemodel.bring(ASSETS / "pagemodel")
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
    esbuild = [npm.find_node(), npm.MODULES / "esbuild" / "bin" / "esbuild", "widgets.js"]
    options = ["--bundle", "--minify", "--target=es2022", "--inject:./define.js"]
    options += ["--alias:sanitize-html=./sanitize.js", "--legal-comments=none"]
    options += [f"--outfile={folder / 'widgets.js'}", f"--metafile={record}"]
    command = [*map(str, esbuild), *options, "--log-level=warning"]
    packages = {**os.environ, "NODE_PATH": str(npm.MODULES)}
    subprocess.run(command, cwd=SOURCES, env=packages, check=True)
    with (folder / "widgets.css").open("a", encoding="utf-8") as style:
        style.write("\n".join(path.read_text(encoding="utf-8") for path in STYLES))
    (folder / "licences.txt").write_text(npm.licences(record), encoding="utf-8")


def copy_mathjax() -> None:
    """Copy the one MathJax component the pages load, and the fonts it asks for."""
    source = npm.MODULES / "mathjax" / "es5"
    fonts = Path("output") / "chtml" / "fonts" / "woff-v2"
    shutil.copytree(source / fonts, ASSETS / "mathjax" / fonts)
    for file in (source / "tex-chtml.js", npm.MODULES / "mathjax" / "LICENSE"):
        shutil.copy(file, ASSETS / "mathjax")
