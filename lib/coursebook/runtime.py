"""What pages and slides need in the browser, made once and kept in book/_build/assets.

The widgets' runtime is bundled into one script and one style, MathJax copied, the card drawn.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import logitlab

from coursebook import BROWSER, BUILT, HERE, card, npm

ASSETS = BUILT / "assets"
SOURCES = BROWSER / "widgets"
EXPLORERS = Path(logitlab.__file__).parent / "explorers"
COMMON = EXPLORERS / "explorers.css"
PACKAGE = re.compile(r"/node_modules/((?:@[^/]+/)?[^/]+)/")
STYLES = [COMMON, *sorted(set(EXPLORERS.glob("*.css")) - {COMMON})]


def bring() -> None:
    """Make all of it, unless it is there already."""
    parts = [HERE / "runtime.py", npm.LOCK, *sorted(SOURCES.iterdir()), *STYLES]
    want = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    stamp = ASSETS.with_name("assets.sha256")
    if ASSETS.exists() and stamp.exists() and stamp.read_text() == want:
        return write_card()
    npm.install()
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
    inputs = json.loads(record.read_text(encoding="utf-8"))["inputs"]
    names = {found[1] for name in inputs if (found := PACKAGE.search(name))}
    packages = sorted(npm.MODULES / name for name in names)
    (folder / "licences.txt").write_text("\n\n".join(map(licence, packages)), encoding="utf-8")


def licence(package: Path) -> str:
    """Name, version and licence of a package, with the text of the licence where it brings one."""
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    head = f"{about['name']} {about['version']}: {about['license']}"
    files = sorted(path for path in package.iterdir() if path.name.lower().startswith("licen"))
    return "\n\n".join([head, *(path.read_text(encoding="utf-8").strip() for path in files)])


def copy_mathjax() -> None:
    """Copy the one MathJax component the pages load, and the fonts it asks for."""
    source = npm.MODULES / "mathjax" / "es5"
    fonts = Path("output") / "chtml" / "fonts" / "woff-v2"
    shutil.copytree(source / fonts, ASSETS / "mathjax" / fonts)
    for file in (source / "tex-chtml.js", npm.MODULES / "mathjax" / "LICENSE"):
        shutil.copy(file, ASSETS / "mathjax")
