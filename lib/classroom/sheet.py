"""
What an exercise sheet says of its exercises, and the numbers that other pages take from there.

A sheet is ``solutions/NAME.py``. The heading of an exercise is the one place for its title, its
points and its minutes::

    ## 1.4 `softmax_with_temperature`

    *3 points · 8 minutes · medium*

The exercises above ``## Further`` are the sheet's core; without such a heading all are.

Text cells of a sheet may hold ``{{ exercises }}`` (in words), ``{{ points }}`` and
``{{ minutes }}``, which count the core, and the same with ``further_`` before them. A lesson's
first cell holds ``{{ path }}``, its place among the others, and a further part of it
``{{ minutes }}``, its own (see `classroom.lesson`). Where a lesson says "Exercise 1.4" or
"Exercises 1.1 and 1.2", that becomes a link to the first of them. `numbers` has the same for pages
that are about all of them.
"""

import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from classroom import ClassroomError, lesson

NUMBER = r"(?:\d+|[A-Z])"
"""What an exercise's id begins with: its lesson's number, or a letter for a sheet of its own."""

_HEADING = re.compile(
    rf"^## (?:{lesson.FURTHER}$|({NUMBER}\.\d+) (.+)\n\n"
    r"\*(\d+) points? · (\d+) minutes · (?:easy|medium|hard)\b)",
    re.M,
)
PATH = re.compile(r"^\*\*Lesson \d+ of \d+\.\*\* .*\n(?:.+\n)*\n?", re.M)
"""What `path` puts into a lesson's first cell."""
_MENTION = re.compile(rf"\b([Ee]xercises? ({NUMBER}\.\d+)(?:(?:, | and | to ){NUMBER}\.\d+)*)")
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
    """What the heading of an exercise says, and whether it stands in the core of its sheet."""

    title: str
    points: int
    minutes: int
    core: bool


class Totals(NamedTuple):
    """What some exercises come to; the minutes to the nearest five."""

    exercises: int
    points: int
    minutes: int


class Sums(NamedTuple):
    """What a sheet holds."""

    core: Totals
    further: Totals


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
    core = True
    for cell in cells:
        if cell.cell_type == "markdown":
            for number, title, points, minutes in _HEADING.findall(cell.source):
                if not number:
                    core = False
                    continue
                if number in found:
                    raise SheetError(f"two exercises have the number {number}")
                found[number] = Told(title.replace("`", ""), int(points), int(minutes), core)
    return found


def sums(told: Iterable[Told]) -> Sums:
    """The sums of a sheet."""
    told = list(told)

    def total(core: bool) -> Totals:
        own = [t for t in told if t.core is core]
        minutes = sum(t.minutes for t in own)
        return Totals(len(own), sum(t.points for t in own), 5 * round(minutes / 5))

    return Sums(total(True), total(False))


def of(source: Path) -> Sums:
    """The sums of the sheet in a file."""
    return sums(headings(lesson.cells(source)).values())


def fill_sheet(cells: Iterable) -> None:
    """
    Put a sheet's numbers in the places of its text cells that ask for them.

    Raises
    ------
    SheetError
        If a place asks for something else, or if two exercises have one number.
    """
    cells = list(cells)
    _fill(cells, _values(sums(headings(cells).values())))


def fill_lesson(cells: Iterable, source: Path) -> None:
    """
    Put into a lesson its place on the path, and into its further parts their minutes.

    Raises
    ------
    ClassroomError
        If it asks for something else, or if a lesson cannot be read.
    """
    cells = list(cells)
    if not any(cell.cell_type == "markdown" and _PLACE.search(cell.source) for cell in cells):
        return
    own = lesson.divide(cells)
    place = path(source, own)
    for part in own.further.values():
        _fill(part, {"minutes": str(lesson.size(part).minutes)})
    _fill(cells, {"path": place})


def link_exercises(cells: Iterable, source: Path) -> None:
    """
    Make each mention of exercises in a lesson's texts a link to the heading of the first.

    Raises
    ------
    SheetError
        If there is no such exercise.
    """
    beside = source.parent.parent / "solutions" / source.name
    told = headings(lesson.cells(beside)) if beside.exists() else {}

    def link(found: re.Match) -> str:
        if found[2] not in told:
            raise SheetError(f"{found[1]!r}: {beside.name} has no exercise {found[2]}")
        return f"[{found[1]}](../exercises/{source.stem}.ipynb#{anchor(found[2])})"

    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = _MENTION.sub(link, cell.source)


def anchor(heading: str) -> str:
    """
    What follows # in a link to a heading: ``cell-id=exercise-1-4`` if it begins with "1.4".

    JupyterLab takes this for the id of a cell, which it finds before the texts are drawn, and the
    book for the name of the heading.
    """
    found = re.match(rf"({NUMBER})\.(\d+)\b", heading)
    return f"cell-id=exercise-{found[1]}-{found[2]}" if found else heading.replace(" ", "-")


def path(source: Path, own: lesson.Lesson) -> str:
    """Where a lesson stands among the others, and how long it and its exercises take."""
    course = source.parent.parent
    every = sorted(source.parent.glob("*.py"))
    place = every.index(source)
    beside = course / "solutions" / source.name
    sheet = of(beside) if beside.exists() else sums(())
    link = f"[exercises](../exercises/{source.stem}.ipynb)"
    time = f"Core: {own.minutes} minutes, and {sheet.core.minutes} for its {link}."
    if own.further_minutes or sheet.further.minutes:
        time += (
            f" Further parts: {own.further_minutes} minutes, "
            f"and {sheet.further.minutes} for further exercises."
        )
    links = [
        f"{word}: [{lesson_number(other.stem)} · {lesson.title(other)}]({other.stem}.ipynb)"
        for word, at in {"Before": place - 1, "Next": place + 1}.items()
        for other in every[max(at, 0) : at + 1]
    ]
    lines = [f"**Lesson {place + 1} of {len(every)}.** {time}", " · ".join(links)]
    return "\\\n".join(filter(None, lines))


def _fill(cells: Iterable, values: dict[str, str]) -> None:
    def value(found: re.Match) -> str:
        if found[1] not in values:
            raise SheetError(f"{found[0]} must be one of {', '.join(values)} here")
        return values[found[1]]

    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = _PLACE.sub(value, cell.source)


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
        ``exercises`` (in words), ``points`` and ``minutes`` of the core, and the same of the rest
        with ``further_`` before; ``lesson``, by name ``title``, ``minutes`` of the core,
        ``further_minutes``, and ``together`` and ``further_together``, with the exercises';
        ``core_hours``, of all lessons and their core exercises, rounded up to a half; ``pace``, the
        ``words`` and the ``lines`` that are read in a minute.

    Raises
    ------
    ClassroomError
        If a lesson or a sheet cannot be read.
    """
    sheets = {source.stem: of(source) for source in sorted((course / "solutions").glob("*.py"))}
    lessons = {}
    for source in sorted((course / "notebooks").glob("*.py")):
        own, beside = lesson.of(source), sheets.get(source.stem, sums(()))
        lessons[source.stem] = {
            "title": own.title,
            "minutes": own.minutes,
            "further_minutes": own.further_minutes,
            "together": own.minutes + beside.core.minutes,
            "further_together": own.further_minutes + beside.further.minutes,
        }
    hours = math.ceil(sum(one["together"] for one in lessons.values()) / 30) / 2
    return {
        "lessons": in_words(len(lessons)),
        "Lessons": in_words(len(lessons)).capitalize(),
        "core_hours": f"{hours:g}",
        "pace": {"words": lesson.WORDS, "lines": lesson.LINES},
        "sheet": {name: _values(found) for name, found in sheets.items()},
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
    blocks = {name: found[name] for name in ("lessons", "core_hours")}
    blocks["table"] = f"\n\n{_table(found)}\n\n"

    def block(match: re.Match) -> str:
        if match[2] not in blocks:
            raise SheetError(f"README.md: {match[1]} must name one of {', '.join(blocks)}")
        return f"{match[1]}{blocks[match[2]]}{match[4]}"

    return _BLOCK.sub(block, (course / "README.md").read_text("utf-8"))


def _table(found: dict) -> str:
    lines = ["| | lesson | minutes, core with exercises | further |", "|---|---|---|---|"]
    for name, own in found["lesson"].items():
        link = f"[{own['title']}](notebooks/{name}.ipynb)"
        minutes = f"{own['together']} | {own['further_together']}"
        lines.append(f"| {lesson_number(name)} | {link} | {minutes} |")
    if bugs := found["sheet"].get("bugs_that_shipped"):
        link = "[Bugs that shipped](exercises/bugs_that_shipped.ipynb)"
        what = f"{bugs['exercises']} faults of real samplers, to be mended"
        lines.append(f"| B | {link}: {what} | {bugs['minutes']} | {bugs['further_minutes']} |")
    return "\n".join(lines)


def _values(found: Sums) -> dict[str, str]:
    values = {}
    for before, totals in {"": found.core, "further_": found.further}.items():
        words = in_words(totals.exercises)
        values |= {
            f"{before}exercises": words,
            f"{before}exercises".capitalize(): words.capitalize(),
            f"{before}points": str(totals.points),
            f"{before}minutes": str(totals.minutes),
        }
    return values
