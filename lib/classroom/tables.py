"""Tables that spreadsheets and learning platforms write: read, written, and filled with points."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from classroom import ClassroomError, names, platforms

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # tells spreadsheets that a file is UTF-8
NO_TABLES = {
    b"PK\x03\x04": "an Excel or OpenDocument file",
    b"\xd0\xcf\x11\xe0": "an Excel file",
    b"%PDF": "a PDF",
    b"{\\rtf": "a text processor's file",
    b"<": "a web page or XML",
}
MARKS = {
    "utf-8": MARK.encode(),
    "utf-32-le": MARK.encode("utf-32-le"),
    "utf-16-le": MARK.encode("utf-16-le"),
    "utf-16-be": MARK.encode("utf-16-be"),
}
NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
NO_LATIN = re.compile("[^\x00-\x7f]{3}")  # as another alphabet reads
HEADS = {"name", "names"}  # above a list that is nothing else
FORMULA = re.compile(r"(^|[;,|])(\s*\"?\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")

Keys = tuple[set[str], ...]
"""What somebody may be known by, the surest first."""


class TableError(ClassroomError):
    """A table that cannot be used, and why."""


@dataclass
class Table:
    """A table as it was saved: its rows, and how to save it again."""

    rows: list[list[str]]
    delimiter: str = ","
    marked: bool = True
    end: str = "\n"

    def text(self) -> str:
        """The table as CSV."""
        text = io.StringIO()
        csv.writer(text, delimiter=self.delimiter, lineterminator=self.end).writerows(self.rows)
        return (MARK if self.marked else "") + text.getvalue()


def cell(text: str) -> str:
    """Text for a spreadsheet, which would run what starts like a formula, also behind a comma."""
    return FORMULA.sub(r"\1\2'", re.sub(r"[\r\n\t]+", " ", text))


def read(path: Path) -> Table:
    """
    A table as some spreadsheet saved it.

    Raises
    ------
    TableError
        If it cannot be read, or is no text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path}: {error.strerror}") from None
    text, marked = _decoded(path, data)
    text = unicodedata.normalize("NFC", text)
    told = re.match(r"sep=(.)\r?\n", text)  # for Excel
    if told:
        text = text[told.end() :]
    line = next((line for line in text.splitlines() if re.search("[,;\t]", line)), "")
    delimiter = told[1] if told else max(",;\t", key=line.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise TableError(f"{path} is no table: {error}") from None
    return Table(rows, delimiter, marked, "\r\n" if "\r\n" in text else "\n")


def _decoded(path: Path, data: bytes) -> tuple[str, bool]:
    """A file as text, and whether it began with a mark, or needs one to be read again."""
    for start, what in NO_TABLES.items():
        if data.lstrip().startswith(start):
            raise TableError(f"{path} is {what}: save it as “CSV UTF-8” and give that")
    marked, encoding = True, next((e for e, mark in MARKS.items() if data.startswith(mark)), "")
    if not encoding and b"\0" in data[:2]:
        encoding = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    elif not encoding:
        marked, encoding = False, "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:  # saved on Windows
        text = data.decode("cp1252", "replace")
        encoding = "" if NO_LATIN.search(text) or "\N{REPLACEMENT CHARACTER}" in text else "cp1252"
    if not encoding or NO_TEXT.search(text):
        raise TableError(
            f"{path} is no text that can be read: save it as “CSV UTF-8” and give that"
        )
    return text.removeprefix(MARK), marked


def roster(path: Path) -> list[str]:
    """
    Names of a class: one a line, or from a table that has columns for them.

    The columns are known by the names that Moodle and Canvas give them, in the languages of
    `platforms`, or by "student"; a title may stand above. Without a head each line is a name, also
    as "Doe, Jane". Each is written as grading writes the names of folders.

    Raises
    ------
    TableError
        If it cannot be read, or a table's columns are not known.
    """
    rows = [row for row in read(path).rows if any(part.strip() for part in row)]
    if not rows:
        return []
    at, places = next(
        ((i, p) for i, row in enumerate(rows) if (p := platforms.columns(row))), (0, {})
    )
    if "full" in places or "given" in places:
        found = [person(row, places) for row in rows[at + 1 :]]
        return [name for name in found if name not in ("", "Points Possible", "Test Student")]
    if all(len(row) == 2 and row[1].startswith(" ") for row in rows) and any(
        len(part.split()) == 1 for part in rows[0]
    ):  # Doe, Jane
        return [names.in_order(",".join(row)) for row in rows]
    if any(len(row) > 1 for row in rows):
        raise TableError(
            f"{path}: none of the columns {', '.join(rows[0])} is known: write “student” above the "
            "names, or give a list of names, one a line"
        )
    found = [names.in_order(row[0].strip()) for row in rows if row[0].strip()]
    return found[found[0].casefold() in HEADS :]


def person(row: list[str], places: Mapping[str, int]) -> str:
    """The name in a row of a table with these columns."""

    if "given" in places and "family" in places:
        return f"{_value(row, places, 'given')} {_value(row, places, 'family')}".strip()
    return names.in_order(_value(row, places, "full"))


def _value(row: list[str], places: Mapping[str, int], role: str) -> str:
    place = places.get(role, len(row))
    return row[place].strip() if place < len(row) else ""


# --- a platform's gradebook


@dataclass(frozen=True)
class Score:
    """A student's points on each assignment, None where somebody still has to mark."""

    name: str
    id: str
    points: Mapping[str, float | None]


def fill(
    table: Table, scores: Iterable[Score], assignments: Mapping[str, tuple[str, float]]
) -> list[str]:
    """
    Put points into an export of Canvas' gradebook, Moodle's grades or Moodle's grading worksheet.

    Only the columns of these assignments change. What the platform counts for an assignment need
    not be what it is worth here: points are scaled to it.

    Parameters
    ----------
    table : Table
        Changed in place.
    scores : iterable of Score
    assignments : mapping
        By name: title and most points.

    Returns
    -------
    list of str
        What the teacher should know.

    Raises
    ------
    TableError
        If it is no such export, or has no column for an assignment.
    """
    scores = list(scores)
    head, *rows = table.rows or [[]]
    places = platforms.columns(head)
    if not places:
        raise TableError("the gradebook has no columns that Canvas or Moodle would give it")
    used = {places[role] for role in places if role != "grade"}
    found, doubtful = matched(
        [({score.id} - {""}, *keys(score.name)) for score in scores],
        [_keys_of_row(row, places) for row in rows],
        lambda i, j: (
            not scores[i].id.isdigit() or _number_in(rows[j], places) in ("", scores[i].id)
        ),
    )
    of_row = {found[i]: score for i, score in enumerate(scores) if i in found.keys() - doubtful}
    told = []
    if unclear := [scores[i].name for i in sorted(doubtful)]:
        told.append(f"left out, for who is which row is not clear: {', '.join(unclear)}")
    if lost := [s.name for i, s in enumerate(scores) if s.points and i not in {*found, *doubtful}]:
        told.append(f"not in the gradebook: {', '.join(lost)}")
    for name, (title, most) in assignments.items():
        column = _column(head, used, name, title)
        if column is None and "grade" in places and len(assignments) == 1:
            column = places["grade"]
        if column is None:
            raise TableError(f"no column of the gradebook has {name} in its title")
        worth = _worth(rows, column, column == places.get("grade"))
        if worth and worth != most:
            told.append(f"{head[column]} counts {worth:g} points, {name} {most:g}: scaled")
        told += _fill(table, places, column, of_row, name, (worth or most) / most)
    return told


def _column(head: list[str], used: set[int], name: str, title: str) -> int | None:
    """
    The column whose title is the assignment's name, title or topic, or else holds name or title.

    Canvas puts a number behind a title, Moodle a word before it and what the column shows behind;
    the first thing that it shows are points.
    """
    wanted = [_letters(text) for text in (name, title, re.sub(r"^\d+", "", name))]
    free = {i: text for i, text in enumerate(head) if i not in used}
    bare = {i: re.sub(r"[(\[<][^()\[\]<>]*[)\]>]\s*(\|.*)?$", "", text) for i, text in free.items()}
    for same in (
        *(
            lambda i, w=w: w in (_letters(bare[i]), _letters(bare[i].partition(":")[2]))
            for w in wanted
        ),
        *(lambda i, w=w: w in _letters(free[i]) for w in wanted[:2]),
    ):
        found = [i for i in free if same(i)]
        shown = {bare[i] for i in found}
        if len(found) == 1 or (len(shown) == 1 and not re.search(r"\(\d+\)", free[found[0]])):
            return found[0]
        if found:
            several = ", ".join(head[i] for i in found)
            raise TableError(f"which column is {name}: {several}? Leave one of them in the file")
    return None


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", names.same(text))


def _worth(rows: list[list[str]], column: int, is_worksheet: bool) -> float | None:
    """What the platform counts: Canvas has a row for it, Moodle's worksheet a column."""
    if is_worksheet:
        values = {row[column + 1] for row in rows if len(row) > column + 1} - {""}
        return _number(values.pop()) if len(values) == 1 else None
    for row in rows[:3]:
        if row and row[0].strip().startswith("Points Possible") and len(row) > column:
            return _number(row[column])
    return None


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _fill(table, places, column, of_row, name, scale) -> list[str]:
    locked = platforms.locked(table.rows[0])
    waiting, kept = [], []
    for i, score in of_row.items():
        if name not in score.points:
            continue
        row, points = table.rows[i + 1], score.points[name]
        row += [""] * (column + 1 - len(row))
        if points is None:
            waiting.append(score.name)
        elif row[column].strip() == "EX" or (locked is not None and row[locked].strip() == "No"):
            kept.append(score.name)
        else:
            text = f"{round(points * scale, 4):g}"
            row[column] = text.replace(".", ",") if table.delimiter == ";" else text
    told = []
    if waiting:
        told.append(f"{name}: left as they were, for something waits for you: {', '.join(waiting)}")
    if kept:
        told.append(
            f"{name}: excused or locked on the platform, left as they were: {', '.join(kept)}"
        )
    return told


def _number_in(row: list[str], places: Mapping[str, int]) -> str:
    """The platform's number of the student in a row."""
    number = re.search(r"\d+$", _value(row, places, "identifier"))
    return number[0] if number else ""


def _keys_of_row(row: list[str], places: Mapping[str, int]) -> Keys:
    others = (_value(row, places, role) for role in ("user", "email", "number"))
    return {_number_in(row, places)} - {""}, *keys(person(row, places), *others)


# --- who is who


def keys(*known_as: str) -> Keys:
    """What somebody is known by: the letters of name, user name and so on; any turn of the name."""
    exact = {_letters(re.sub(r" \(\w+\)$", "", text)) for text in known_as}
    return exact - {""}, {key for text in known_as for key in names.keys(text)}


def matched(
    ours: Sequence[Keys], theirs: Sequence[Keys], may: Callable[[int, int], bool] = lambda *_: True
) -> tuple[dict[int, int], set[int]]:
    """
    Pair the people of two lists, by their surest keys first; nobody is taken twice.

    Parameters
    ----------
    ours, theirs : sequence of Keys
        All with the same number of keys.
    may : callable
        Whether a place in `ours` and one in `theirs` can be one person at all.

    Returns
    -------
    dict of int to int
        Places in `theirs` by places in `ours`.
    set of int
        Places in `ours` that could be another one's, too; not all of them got a partner.
    """
    found: dict[int, int] = {}
    doubtful: set[int] = set()
    gone: set[int] = set()
    for step in range(len(ours[0]) if ours else 0):
        by_key: dict[str, set[int]] = {}
        for j, keys in enumerate(theirs):
            for key in keys[step] if j not in gone else ():
                by_key.setdefault(key, set()).add(j)
        wants, wanted = {}, Counter()
        for i, keys in enumerate(ours):
            if i not in found and i not in doubtful:
                some = {j for key in keys[step] for j in by_key.get(key, ()) if may(i, j)}
                wants[i] = sorted(some)
                wanted.update(some)
        for i, some in wants.items():
            if len(some) > 1 or any(wanted[j] > 1 for j in some):
                doubtful.add(i)
            if free := [j for j in some if j not in found.values()]:
                found[i] = free[0]
            gone.update(some)
    return found, doubtful
