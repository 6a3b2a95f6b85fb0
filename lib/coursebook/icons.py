"""The theme's icons: of Font Awesome's two thousand, those that the theme's pages can show.

The theme brings all of them, 115 kB of font and 66 kB of style, for a handful. Files of the same
name are put beside the pages in their place.
"""

import re
from io import BytesIO
from pathlib import Path

import pydata_sphinx_theme
import sphinx_book_theme
from fontTools import subset
from fontTools.ttLib import TTFont

THEMES = [Path(theme.__file__).parent for theme in (pydata_sphinx_theme, sphinx_book_theme)]
STATIC = THEMES[0] / "theme" / "pydata_sphinx_theme" / "static"
STYLE, FONT = Path("styles/pydata-sphinx-theme.css"), Path("vendor/fontawesome/webfonts")
FONT /= "fa-solid-900.woff2"
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
