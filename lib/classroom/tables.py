"""Tables that spreadsheets and learning platforms write: read, written, and filled with points."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from classroom import ClassroomError, names, platforms

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # tells spreadsheets that a file is UTF-8
WORKBOOKS = {b"PK\x03\x04": "an Excel or OpenDocument file", b"\xd0\xcf\x11\xe0": "an Excel file"}
FORMULA = re.compile(r"(^|[;,|])(\s*\"?\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


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
    for start, what in WORKBOOKS.items():
        if data.startswith(start):
            raise TableError(f"{path} is {what}: save it as “CSV UTF-8” and give that")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace")
    elif data[1:2] == b"\0" or data[:1] == b"\0":
        text = data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:  # saved on Windows
            text = data.decode("cp1252", "replace")
    marked = text.startswith(MARK) or b"\0" in data[:4]
    text = unicodedata.normalize("NFC", text.removeprefix(MARK))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise TableError(f"{path} is no table: {error}") from None
    return Table(rows, delimiter, marked, "\r\n" if "\r\n" in text else "\n")


def roster(path: Path) -> list[str]:
    """
    Names of a class: one a line, or from a table that has columns for them.

    The columns are known by the names that Moodle and Canvas give them, in the languages of
    `platforms`, or by "student". A table without a head has them in its first column, or as
    "Doe, Jane". Each is written as grading writes the names of folders.

    Raises
    ------
    TableError
        If it cannot be read, or a table's columns are not known.
    """
    rows = [row for row in read(path).rows if any(part.strip() for part in row)]
    if not rows:
        return []
    places = platforms.columns(rows[0])
    if places:
        found = [person(row, places) for row in rows[1:]]
        return [name for name in found if name not in ("", "Points Possible", "Test Student")]
    if len(rows) > 1 and _is_head(rows):
        raise TableError(
            f"{path}: none of the columns {', '.join(rows[0])} is known: call that of the names "
            "“student”"
        )
    if all(len(row) == 2 and row[1].startswith(" ") for row in rows):  # Doe, Jane
        return [names.in_order(",".join(row)) for row in rows]
    return [names.in_order(row[0].strip()) for row in rows if row[0].strip()]


def person(row: list[str], places: Mapping[str, int]) -> str:
    """The name in a row of a table with these columns."""

    def value(role: str) -> str:
        place = places.get(role, len(row))
        return row[place].strip() if place < len(row) else ""

    if "given" in places and "family" in places:
        return f"{value('given')} {value('family')}".strip()
    return names.in_order(value("full"))


def _is_head(rows: list[list[str]]) -> bool:
    """Whether the first row stands above columns, in words that nobody here knows."""
    first, *others = rows
    return any(
        "@" not in title and all("@" in row[i] for row in others if i < len(row) and row[i].strip())
        for i, title in enumerate(first)
        if any(i < len(row) and row[i].strip() for row in others)
    )


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
    told = []
    for name, (title, most) in assignments.items():
        column = _column(head, used, name, title)
        if column is None and "grade" in places and len(assignments) == 1:
            column = places["grade"]
        if column is None:
            raise TableError(f"no column of the gradebook has {name} in its title")
        worth = _worth(rows, column, column == places.get("grade"))
        if worth and worth != most:
            told.append(f"{head[column]} counts {worth:g} points, {name} {most:g}: scaled")
        told += _fill(table, rows, places, column, scores, name, (worth or most) / most)
    return told


def _column(head: list[str], used: set[int], name: str, title: str) -> int | None:
    """The one column whose title holds the assignment's name or title, or its topic."""

    def letters(text: str) -> str:
        return re.sub(r"[\W_]", "", text).casefold()

    for wanted in (letters(name), letters(title), letters(re.sub(r"^\d+", "", name))):
        found = [i for i, text in enumerate(head) if i not in used and wanted in letters(text)]
        if len(found) == 1:
            return found[0]
    return None


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


def _fill(table, rows, places, column, scores, name, scale) -> list[str]:
    by_id = {score.id: score for score in scores if score.id}
    by_name: dict[str, list[Score]] = {}
    for score in scores:
        for key in names.keys(score.name):
            by_name.setdefault(key, []).append(score)
    filled, waiting = set(), []
    for row in rows:
        score = _of_row(row, places, by_id, by_name)
        if score is None or name not in score.points:
            continue
        filled.add(score.name)
        points = score.points[name]
        if points is None:
            waiting.append(score.name)
            continue
        row += [""] * (column + 1 - len(row))
        text = f"{round(points * scale, 4):g}"
        row[column] = text.replace(".", ",") if table.delimiter == ";" else text
    told = []
    if waiting:
        told.append(f"{name}: left as they were, for something waits for you: {', '.join(waiting)}")
    if lost := [s.name for s in scores if name in s.points and s.name not in filled]:
        told.append(f"{name}: not in the gradebook: {', '.join(lost)}")
    return told


def _of_row(row, places, by_id, by_name) -> Score | None:
    """The student that a row is about: by number, else by user name, address or name."""

    def value(role: str) -> str:
        place = places.get(role, len(row))
        return row[place].strip() if place < len(row) else ""

    number = re.search(r"(\d+)$", value("identifier"))
    if number and number[1] in by_id:
        return by_id[number[1]]
    for text in (
        value("user"),
        value("email"),
        value("number"),
        person(row, places),
        value("full"),
    ):
        found = {id(s): s for key in names.keys(text) for s in by_name.get(key, ())}
        if len(found) == 1:
            return next(iter(found.values()))
    return None
