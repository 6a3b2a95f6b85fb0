"""
What the theme brings and no page uses is left out: icons and rules of style.

Of Font Awesome's two thousand icons, 115 kB of font and 66 kB of style, a handful is shown. Of the
rest of the style, 310 kB that a page waits for before its first word, two thirds are for what this
book does not have. Files of the same name take their place.
"""

import hashlib
import re
import subprocess
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pydata_sphinx_theme
import sphinx_book_theme
from fontTools import subset
from fontTools.ttLib import TTFont

from coursebook import npm

THEMES = [Path(theme.__file__).parent for theme in (pydata_sphinx_theme, sphinx_book_theme)]
STATIC = THEMES[0] / "theme" / "pydata_sphinx_theme" / "static"
STYLE, FONT = Path("styles/pydata-sphinx-theme.css"), Path("vendor/fontawesome/webfonts")
FONT /= "fa-solid-900.woff2"
CELLS = "mystnb.*.css"  # myst-nb copies it over none that differs
STYLES = [STYLE.as_posix(), "styles/sphinx-book-theme.css", CELLS]
RULE = re.compile(r'((?:\.fa-[\w-]+,?)+)\{--fa:"(\\?[^"]+)"\}')


def named() -> set[str]:
    """Names of icons in the themes' templates and scripts."""
    files = [
        path for theme in THEMES for kind in ("html", "py") for path in theme.rglob(f"*.{kind}")
    ]
    files += [path for theme in THEMES for path in theme.rglob("scripts/*theme.js")]
    return {n for path in files for n in re.findall(r"fa-[a-z0-9-]+", path.read_text("utf-8"))}


def bring(folder: Path) -> None:
    """Write the style and the font into a folder of static files."""
    style, names, kept = (STATIC / STYLE).read_text(encoding="utf-8"), named(), set()

    def keep(rule: re.Match) -> str:
        if not names & set(rule[1].replace(".", "").split(",")):
            return ""
        kept.add(rule[2])
        return rule[0]

    style = RULE.sub(keep, style)
    signs = [int(sign.strip("\\ "), 16) if "\\" in sign else ord(sign) for sign in kept]
    signs += [ord(sign) for sign in re.findall(r'--pst-icon-[\w-]+:"(.)"', style)]
    font = TTFont(STATIC / FONT, recalcTimestamp=False)  # or each build has other bytes
    options = subset.Options(flavor="woff2", layout_features=[])
    cut = subset.Subsetter(options)
    cut.populate(unicodes=signs)
    cut.subset(font)
    written = BytesIO()
    subset.save_font(font, written, options)
    for name, content in ((STYLE, style.encode()), (FONT, written.getvalue())):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def forget(html: Path) -> None:
    """Remove the style of cells that an earlier build trimmed, so that it is copied anew."""
    for style in (html / "_static").glob(CELLS):
        style.unlink()


def trim(html: Path) -> None:
    """
    Take out of a built site's styles the rules for what no page and no script of it names.

    Pages ask for a style with a version, by which browsers keep it: now that of what is left.
    """
    purgecss = npm.MODULES / "purgecss" / "bin" / "purgecss.js"
    static, versions = html / "_static", {}
    styles = [path for pattern in STYLES for path in static.glob(pattern)]
    files = [path.as_posix() for path in styles]
    content = [f"{html.as_posix()}/**/*.html", f"{static.as_posix()}/**/*.js"]
    with TemporaryDirectory() as trimmed:
        command = [npm.find_node(), purgecss, "--css", *files, "--content", *content]
        subprocess.run([*map(str, command), "--output", trimmed], check=True)
        for style in styles:
            style.write_bytes((Path(trimmed) / style.name).read_bytes())
            versions[style.name] = hashlib.sha256(style.read_bytes()).hexdigest()[:8]
    names = re.compile(rf"({'|'.join(map(re.escape, versions))})\?\w+=\w+")
    for page in html.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        named = names.sub(lambda found: f"{found[1]}?v={versions[found[1]]}", text)
        if named != text:
            page.write_text(named, encoding="utf-8", newline="\n")
