"""
Turns a built lesson into slides: which cell begins a slide, which one waits, which is left out.

A lesson is written for one reader and its cells follow one another. A class sees one screen at a
time, so cells are packed onto slides by the room they take, and what answers a question never
stands on the slide that asks it. Further parts are for a reader alone: they are left out. A cell
whose source carries ``slideshow`` metadata keeps it.
"""

import re
from itertools import pairwise

from classroom.lesson import begins_further
from classroom.widget_state import VIEW

ROOM = 690  # pixels of a slide of 1280 by 720, as coursebook/browser/slides/deck.css sets it
LINE, LETTERS = 34, 84  # of prose: height of a line, letters in it
CODE_LINE, CODE_LETTERS = 27, 92
PREDICTION, EXPLORER, PICTURE = 135, 560, 480
HEADING = re.compile(r"#{1,3} ")


def tag(notebook) -> None:
    """Give each cell of an executed lesson the type of its slide, unless its source gives one."""
    cells = notebook.cells
    end = next((at for at, cell in enumerate(cells) if begins_further(cell)), len(cells))
    seen = [cell for cell in cells[:end] if not _unseen(cell)]
    following = {id(cell): after for cell, after in pairwise([*seen, None])}
    used, full, shown = 0, False, False
    for at, cell in enumerate(cells):
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if not kind and at < end:
            kind = _kind(cell, following.get(id(cell)), used, full, shown)
        kind = kind or "skip"
        cell.metadata["slideshow"] = {"slide_type": kind}
        if kind in ("skip", "notes"):
            continue
        if kind in ("slide", "subslide"):
            used, shown = 0, False
        used += height(cell)
        full = _has_widget(cell)  # it asks, or wants all the room there is
        shown |= bool(cell.get("outputs"))


def hidden(cell) -> bool:
    """Whether a cell's code stays off the slide: folded, too long, or all it does is draw."""
    folded = "hide-input" in cell.metadata.get("tags", ())
    shown = [output.get("data") for output in cell.get("outputs", [])]  # of what prints, None
    draws = all(shown) and any("image/png" in data for data in shown)
    return folded or draws or _has_widget(cell) or _code(cell.source) > ROOM


def height(cell) -> int:
    """Pixels that a cell takes on a slide, roughly."""
    if cell.cell_type == "markdown":
        return sum(map(_prose, cell.source.split("\n\n")))
    total = 0 if hidden(cell) else 24 + _code(cell.source)
    for output in _results(cell):
        data = output.get("data", {})
        if VIEW in data:
            asked = len(re.findall(r"\bpredict\(", cell.source))
            across = 3 if asked > 4 else 1
            total += -(-asked // across) * PREDICTION or EXPLORER
        elif "image/png" in data:
            total += PICTURE
        else:
            total += 26 + _code("".join(output.get("text") or data.get("text/plain", "")).strip())
    return total


def _kind(cell, following, used: int, full: bool, shown: bool) -> str:
    """
    The type of one slide.

    Parameters
    ----------
    cell, following : cell
        ``following`` is the next one that is seen, or None.
    used : int
        Pixels that are taken.
    full : bool
        Whether nothing more may stand on the slide.
    shown : bool
        Whether the slide shows a result.
    """
    if _unseen(cell):
        return "skip"
    if HEADING.match(cell.source) and cell.cell_type == "markdown":
        bare = "\n" not in cell.source.strip()
        ahead = following is not None and following.cell_type == "markdown"
        return "skip" if bare and ahead and HEADING.match(following.source) else "slide"
    need = height(cell)
    if _introduces(cell, following) and need + height(following) <= ROOM:
        need += height(following)
    if full or used + need > ROOM:
        return "subslide"
    return "fragment" if shown else "-"


def _introduces(cell, following) -> bool:
    """Whether a text leads to the cell after it, and is lost on the slide before."""
    if cell.cell_type != "markdown" or following is None or following.cell_type != "code":
        return False
    return _has_widget(following) or cell.source.rstrip().endswith((":", "?"))


def _prose(paragraph: str) -> int:
    """Pixels of a heading, a paragraph, a list or a table, with the space below it."""
    head, _, rest = paragraph.partition("\n")
    if HEADING.match(head):
        return 60 + (_prose(rest) if rest else 0)
    items = re.split(r"\n(?=[-*|] ?|\d+\. )", paragraph)
    text = [re.sub(r"\]\([^)]*\)", "]", item.replace("\n", " ")) for item in items]
    return 14 + LINE * sum(1 + len(item) // LETTERS for item in text)


def _code(text: str) -> int:
    return CODE_LINE * sum(1 + len(line) // CODE_LETTERS for line in text.split("\n"))


def _unseen(cell) -> bool:
    """Cells that a class does not see: imports, live cells, each reader's own list of guesses."""
    if cell.cell_type == "markdown":
        return cell.source.startswith("## Your guesses")
    silent = not _results(cell) and (hidden(cell) or _is_live(cell))
    return silent or cell.source.startswith("surprises(")


def _results(cell) -> list:
    """Outputs without the tables of numbers, which are for reading, not for a screen."""
    return [out for out in cell.outputs if "text/html" not in out.get("data", {})]


def _is_live(cell) -> bool:
    return "skip-execution" in cell.metadata.get("tags", ())


def _has_widget(cell) -> bool:
    return any(VIEW in output.get("data", {}) for output in cell.get("outputs", ()))
