"""What pages and slides need in the browser, made once and kept in book/_build/assets.

The widgets' runtime and the explorers are bundled into one script and one style, the theme's icons
cut to those that are used, the card drawn.
"""

import hashlib
import json
import shutil
from pathlib import Path

import logitlab

from coursebook import BROWSER, BUILT, HERE, card, npm, pagepython, theme
from coursebook.pagemodel import assets as pagemodel

ASSETS = BUILT / "assets"
SOURCES = BROWSER / "widgets"
REVIEW = BROWSER / "review"
EXPLORERS = Path(logitlab.__file__).parent / "explorers"
COMMON = EXPLORERS / "explorers.css"
IN_LAB = EXPLORERS / "lab.css"  # for JupyterLab alone
STYLES = [COMMON, *sorted(set(EXPLORERS.glob("*.css")) - {COMMON, IN_LAB})]
MODULES = sorted(EXPLORERS.glob("*.js"))
VIEWS = [(p.stem, p) for p in MODULES if "\nexport default" in p.read_text(encoding="utf-8")]


def bring() -> None:
    """Make all of it, unless it is there already."""
    parts = [HERE / "runtime.py", HERE / "theme.py", npm.LOCK, theme.STATIC / theme.STYLE]
    parts += [*sorted(SOURCES.iterdir()), *STYLES, *MODULES, *sorted(REVIEW.iterdir())]
    parts += [*pagepython.sources(), *pagemodel.sources()]
    asked = f"{pagepython.wanted()} model {pagemodel.wanted()}"
    contents = [asked.encode(), *(part.read_bytes() for part in parts)]
    want = hashlib.sha256(b"".join(contents)).hexdigest()
    stamp = ASSETS.with_name("assets.sha256")
    if ASSETS.exists() and stamp.exists() and stamp.read_text() == want:
        return write_card()
    npm.install()
    shutil.rmtree(ASSETS, ignore_errors=True)
    bundle()
    theme.bring(ASSETS)
    bundle_review()
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

    The explorers are in it too, and in no page: what they share is there once, and is read once.
    """
    folder, record = ASSETS / "widgets", ASSETS.with_name("bundle.json")
    views = ASSETS.with_name("explorers.js")
    lines = [
        f"export {{ default as {view} }} from {json.dumps(str(path))};" for view, path in VIEWS
    ]
    views.parent.mkdir(parents=True, exist_ok=True)
    views.write_text("\n".join(lines), encoding="utf-8")
    options = ["--minify", "--inject:./define.js", "--alias:sanitize-html=./sanitize.js"]
    options += [f"--alias:explorers={views}", "--define:AbortSignal.timeout=patience"]
    options += [f"--metafile={record}"]
    npm.bundle(SOURCES / "widgets.js", folder / "widgets.js", *options)
    with (folder / "widgets.css").open("a", encoding="utf-8") as style:
        style.write("\n".join(path.read_text(encoding="utf-8") for path in STYLES))
    (folder / "licences.txt").write_text(npm.licences(record), encoding="utf-8")


def bundle_review() -> None:
    """What the page of reviews and the lessons' lines of progress need, as scripts of their own."""
    for name in ("progress.js", "review.js"):
        npm.bundle(REVIEW / name, ASSETS / "review" / name, "--minify")
    shutil.copy(REVIEW / "review.css", ASSETS / "review")
