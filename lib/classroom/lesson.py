"""
What a lesson is made of, and the minutes that it takes.

A lesson is ``notebooks/NAME.py``. All above ``## Further`` is its core; below it stand parts, each
with a title ``### Title``, that can be read alone and in any order.

Nobody types how long a lesson takes. It is worked out from its cells, by one formula::

    words / 200 + visible lines of code / 12 + questions / 2 + goals · 1.5

in minutes, rounded up. Words are those of the text cells. A line of code is visible if it is not
empty and its cell is not tagged ``hide-input``. A question is a call of ``predict``, in a quiz or
alone; a goal is a call of ``Goal``. What a cell prints counts nothing: reading it is part of the
words beside it. Exercises have their own minutes, in their headings.
"""

import ast
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from classroom import ClassroomError

WORDS, LINES = 200, 12  # read in a minute
QUESTION, GOAL = 0.5, 1.5  # minutes
FURTHER = "Further"
TITLE = re.compile(r"# \d+ · (.+)")
UNTITLED = "title, '# N · Title'"


class LessonError(ClassroomError):
    """A lesson that cannot be read as it is written."""


class Size(NamedTuple):
    """What there is to read and to do in some cells."""

    words: int
    lines: int
    questions: int
    goals: int

    @property
    def minutes(self) -> int:
        """How long it takes, by the formula."""
        reading = self.words / WORDS + self.lines / LINES
        return math.ceil(reading + self.questions * QUESTION + self.goals * GOAL)


class Lesson(NamedTuple):
    """A lesson's title, the cells of its core, and those of each part below ``## Further``."""

    title: str
    core: list
    further: dict[str, list]

    @property
    def minutes(self) -> int:
        """Of the core."""
        return size(self.core).minutes

    @property
    def further_minutes(self) -> int:
        """Of all the parts together, each as it says of itself."""
        return sum(size(cells).minutes for cells in self.further.values())


def cells(source: Path) -> list:
    """The cells of a py:percent source; a heading begins a cell also where it stands inside one."""
    import jupytext
    from nbformat.v4 import new_markdown_cell

    read = jupytext.read(source, fmt="py:percent").cells
    for cell in read:
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's own
    return split(read, new_markdown_cell)


def split(cells: list, make) -> list:
    """
    Cells in which every heading stands first, so that it can begin a slide.

    Parameters
    ----------
    cells : list
        Of a notebook.
    make : callable
        Makes a text cell of a source.
    """
    parts = []
    for cell in cells:
        if cell.cell_type != "markdown" or cell.metadata:
            parts.append(cell)
            continue
        sources, fenced = [[]], False
        for line in cell.source.split("\n"):
            fenced ^= line.startswith(("```", ":::"))
            if re.match(r"#{1,3} ", line) and not fenced and any(sources[-1]):
                sources.append([])
            sources[-1].append(line)
        parts += [cell] if len(sources) == 1 else [make("\n".join(s).strip()) for s in sources]
    return parts


def of(source: Path) -> Lesson:
    """
    The lesson in a file.

    Raises
    ------
    LessonError
        If it cannot be read as one.
    """
    try:
        return divide(cells(source))
    except LessonError as error:
        raise LessonError(f"{source}: {error}") from None


def title(source: Path) -> str:
    """
    The title of the lesson in a file, which is not read further.

    Raises
    ------
    LessonError
        If it has none.
    """
    for line in source.read_text("utf-8").splitlines():
        if line.startswith("# # ") and (found := TITLE.match(line[2:])):
            return found[1]
    raise LessonError(f"{source}: a lesson must begin with its {UNTITLED}")


def divide(cells: Iterable) -> Lesson:
    """
    Core and further parts of a lesson, from cells as `cells` gives them.

    Raises
    ------
    LessonError
        If the first cell is no title, if two parts have one title, or if another section follows
        the parts.
    """
    cells = list(cells)
    found = TITLE.match(cells[0].source) if cells else None
    if not found:
        raise LessonError(f"a lesson must begin with its {UNTITLED}")
    lesson, part = Lesson(found[1], [], {}), None
    for cell in cells:
        level, heading = _heading(cell)
        if part is None and begins_further(cell):
            part = []  # what stands between the section's heading and its first part is read freely
        elif part is not None and level == 3:
            if heading in lesson.further:
                raise LessonError(f"two further parts are called {heading!r}")
            part = lesson.further[heading] = []
        elif part is not None and level in (1, 2):
            raise LessonError(f"{heading!r} follows {FURTHER!r}, which is a lesson's last section")
        (lesson.core if part is None else part).append(cell)
    return lesson


def begins_further(cell) -> bool:
    """Whether the core ends before a cell."""
    return _heading(cell) == (2, FURTHER)


def size(cells: Iterable) -> Size:
    """
    What there is to read and to do.

    Raises
    ------
    LessonError
        If a cell of code cannot be parsed.
    """
    words, lines, called = 0, 0, []
    for cell in cells:
        if cell.cell_type == "markdown":
            words += sum(bool(re.search(r"\w", word)) for word in cell.source.split())
        elif cell.cell_type == "code":
            called += calls(cell.source)
            if "hide-input" not in cell.metadata.get("tags", ()):
                lines += sum(bool(line.strip()) for line in cell.source.split("\n"))
    return Size(words, lines, called.count("predict"), called.count("Goal"))


def calls(source: str) -> list[str]:
    """
    The plain names that a cell calls, each as often as it stands there.

    Raises
    ------
    LessonError
        If it is no Python.
    """
    try:
        nodes = ast.walk(ast.parse(source))
    except SyntaxError as error:
        raise LessonError(f"{error.msg} in the cell {source!r:.60}") from None
    return [n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]


def _heading(cell) -> tuple[int, str]:
    """Level and text of the heading that a cell begins with; 0 and "" if it begins with none."""
    found = re.match(r"(#{1,3}) +(.+)", cell.source) if cell.cell_type == "markdown" else None
    return (len(found[1]), found[2].strip()) if found else (0, "")
