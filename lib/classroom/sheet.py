"""
What an exercise sheet says of its exercises, and the numbers that other pages take from there.

A sheet is ``solutions/NAME.py``. The heading of an exercise is the one place for its title, its
points and its minutes::

    ## 1.4 `softmax_with_temperature`

    *3 points · 8 minutes · medium*

Text cells of sheets and lessons may hold ``{{ exercises }}`` (in words), ``{{ points }}`` and
``{{ minutes }}``, of the sheet that bears the notebook's name. `numbers` has the same for pages
that are about all of them.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from classroom import ClassroomError

NUMBER = r"(?:\d+|[A-Z])"
"""What an exercise's id begins with: its lesson's number, or a letter for a sheet of its own."""

_HEADING = re.compile(
    rf"^## ({NUMBER}\.\d+) (.+)\n\n\*(\d+) points? · (\d+) minutes · (?:easy|medium|hard)\b", re.M
)
_PLACE = re.compile(r"\{\{ (\w+) \}\}")
_BLOCK = re.compile(r"(<!-- (\w+) -->)(.*?)(<!-- / -->)", re.S)
_WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    "twenty",
)  # fmt: skip


class SheetError(ClassroomError):
    """A sheet, or a page that takes numbers from one, that cannot be read as it is written."""


class Told(NamedTuple):
    """What the heading of an exercise says."""

    title: str
    points: int
    minutes: int


class Totals(NamedTuple):
    """What a sheet holds; the minutes to the nearest five."""

    exercises: int
    points: int
    minutes: int


def exercise_of(grade_id: str) -> str:
    """ "1.4" of "check-1-4" and of "ex-1-4"; any other id stands for itself."""
    found = re.fullmatch(rf"(?:check|ex)-({NUMBER})-(\d+)", grade_id)
    return f"{found[1]}.{found[2]}" if found else grade_id


def lesson_number(name: str) -> int:
    """7 of ``07_topic``."""
    return int(name.split("_")[0])


def headings(cells: Iterable) -> dict[str, Told]:
    """
    What the text cells of a sheet say of its exercises, by number.

    Raises
    ------
    SheetError
        If two exercises have one number.
    """
    found: dict[str, Told] = {}
    for cell in cells:
        if cell.cell_type == "markdown":
            for number, title, points, minutes in _HEADING.findall(cell.source):
                if number in found:
                    raise SheetError(f"two exercises have the number {number}")
                found[number] = Told(title.replace("`", ""), int(points), int(minutes))
    return found


def totals(told: dict[str, Told]) -> Totals:
    """The sums of a sheet."""
    points, minutes = (sum(getattr(t, part) for t in told.values()) for part in Totals._fields[1:])
    return Totals(len(told), points, 5 * round(minutes / 5))


def fill(cells: Iterable, sums: Totals) -> None:
    """
    Put a sheet's numbers in the places of text cells that ask for them.

    Raises
    ------
    SheetError
        If a place asks for something else.
    """
    values = _values(sums)

    def value(found: re.Match) -> str:
        if found[1] not in values:
            raise SheetError(f"{found[0]} must be one of {', '.join(values)}")
        return values[found[1]]

    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = _PLACE.sub(value, cell.source)


def asks(cells: Iterable) -> bool:
    """Whether a text cell has such a place."""
    return any(cell.cell_type == "markdown" and _PLACE.search(cell.source) for cell in cells)


def of(source: Path) -> Totals:
    """The sums of the sheet in a file."""
    import jupytext

    return totals(headings(jupytext.read(source, fmt="py:percent").cells))


def in_words(count: int) -> str:
    """A count as a sentence has it: twelve, but 21."""
    return _WORDS[count] if count < len(_WORDS) else str(count)


def numbers(course: Path) -> dict:
    """
    What pages about the whole course say in numbers.

    Returns
    -------
    dict
        ``lessons``, how many, in words (``Lessons`` begins a sentence); ``sheet``, by name
        ``exercises`` (in words), ``points`` and ``minutes``; ``lesson``, by name ``title``,
        ``minutes`` and ``together``, with the exercises'.

    Raises
    ------
    SheetError
        If a lesson does not begin with its title and its minutes.
    """
    sheets = {source.stem: of(source) for source in sorted((course / "solutions").glob("*.py"))}
    lessons = {}
    for source in sorted((course / "notebooks").glob("*.py")):
        text = source.read_text("utf-8")
        title = re.search(r"^# # \d+ · (.+)", text, re.M)
        minutes = re.search(r"^# (\d+) minutes\b", text, re.M)
        if not title or not minutes:
            raise SheetError(f"{source} must have a title '# N · Title' and a line 'N minutes'")
        own = int(minutes[1])
        together = own + (sheets[source.stem].minutes if source.stem in sheets else 0)
        lessons[source.stem] = {"title": title[1], "minutes": own, "together": together}
    return {
        "lessons": in_words(len(lessons)),
        "Lessons": in_words(len(lessons)).capitalize(),
        "sheet": {name: _values(sums) for name, sums in sheets.items()},
        "lesson": lessons,
    }


def readme(course: Path) -> str:
    """
    The README with its numbers as they are: what stands between ``<!-- name -->`` and
    ``<!-- / -->`` is written anew.

    Raises
    ------
    SheetError
        If a name is unknown.
    """
    found = numbers(course)
    blocks = {"lessons": found["lessons"], "table": f"\n\n{_table(found)}\n\n"}

    def block(match: re.Match) -> str:
        if match[2] not in blocks:
            raise SheetError(f"README.md: {match[1]} must name one of {', '.join(blocks)}")
        return f"{match[1]}{blocks[match[2]]}{match[4]}"

    return _BLOCK.sub(block, (course / "README.md").read_text("utf-8"))


def _table(found: dict) -> str:
    lines = ["| | lesson | minutes, with exercises |", "|---|---|---|"]
    for name, lesson in found["lesson"].items():
        link = f"[{lesson['title']}](notebooks/{name}.ipynb)"
        lines.append(f"| {lesson_number(name)} | {link} | {lesson['together']} |")
    if bugs := found["sheet"].get("bugs_that_shipped"):
        link = "[Bugs that shipped](exercises/bugs_that_shipped.ipynb)"
        what = f"{bugs['exercises']} faults of real samplers, to be mended"
        lines.append(f"| B | {link}: {what} | {bugs['minutes']} |")
    return "\n".join(lines)


def _values(sums: Totals) -> dict[str, str]:
    words = in_words(sums.exercises)
    return {
        "exercises": words,
        "Exercises": words.capitalize(),
        "points": str(sums.points),
        "minutes": str(sums.minutes),
    }
