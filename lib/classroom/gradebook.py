"""
The folder that grading writes: marks by content, the class, and the teacher's corrections.

Every file is written whole or not at all, so that a run that is killed loses nothing and the next
one goes on from there.
"""

import contextlib
import hashlib
import itertools
import json
import os
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from classroom import ClassroomError, tables
from classroom.names import folder_name, keys
from classroom.tables import cell

COUNT = {"all": "every exercise counts", "core": "further exercises are marked, and do not count"}
CORRECTIONS = ("student", "exercise", "points", "comment", "answer")


class GradebookError(ClassroomError):
    """A file of the folder that cannot be used, and why."""


def write(path: Path, text: str, keep: bool = True) -> None:
    """
    Write a text file whole or not at all; a file that says the same already is not touched.

    Parameters
    ----------
    path : Path
    text : str
    keep : bool
        Whether to wait until the disk has it; without, a crash of the machine may lose the file.
    """
    data = text.encode()
    with contextlib.suppress(OSError):
        if path.read_bytes() == data:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with open(handle, "wb") as file:
            file.write(data)
            if keep:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def locked(place: Path):
    """
    A lock on the folder: two runs at once would undo each other's reports.

    Raises
    ------
    GradebookError
        If another run has it.
    """
    from filelock import FileLock, Timeout

    (place / ".marks").mkdir(parents=True, exist_ok=True)
    try:
        return FileLock(place / ".marks" / "lock", timeout=0).acquire()
    except Timeout:
        raise GradebookError(f"another run is working on {place}") from None


@dataclass
class Record:
    """
    What is known of one assignment of one student.

    Attributes
    ----------
    digest : str
        Of the answers and of all that marks depend on; names the file with the marks.
    problem : str
        Why there are no marks.
    remarks : list of str
        What was unusual, for teacher and student.
    looks : list of str
        What the teacher may want to look at.
    prints : dict of str to str
        By exercise, a digest of the answer's code.
    """

    digest: str = ""
    problem: str = ""
    file: str = ""
    remarks: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    prints: dict[str, str] = field(default_factory=dict)


@dataclass
class Member:
    """A student in the gradebook: folder of the pages, number on the platform, whether late."""

    folder: str
    id: str = ""
    late: bool = False
    records: dict[str, Record] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


@dataclass
class Gradebook:
    """
    A class and its assignments, as the last run of grading found them.

    Attributes
    ----------
    place : Path
    assignments : dict
        By name: title, and the graded cells with id, exercise, title, kind, points, whether core,
        and source.
    members : dict of str to Member
        By the student's name.
    count : str
        Which exercises' points are added up: one of `COUNT`.
    questions : list of str
        What only the teacher can answer, such as who somebody is.
    """

    place: Path
    assignments: dict[str, dict] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    questions: list[str] = field(default_factory=list)
    count: str = "all"
    _folders: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, place: Path) -> "Gradebook":
        """
        The gradebook in a folder.

        Raises
        ------
        GradebookError
            If nothing was graded into it.
        """
        try:
            data = json.loads((place / ".marks" / "class.json").read_text("utf-8"))
        except (OSError, ValueError):
            raise GradebookError(f"nothing has been graded into {place}") from None
        members = {
            name: Member(**m | {"records": {a: Record(**r) for a, r in m["records"].items()}})
            for name, m in data["members"].items()
        }
        return cls(place, data["assignments"], members, data["questions"], data.get("count", "all"))

    def save(self) -> None:
        """Write down who handed in what."""
        members = {name: asdict(member) for name, member in self.members.items()}
        kept = {"assignments": self.assignments, "members": members, "questions": self.questions}
        text = json.dumps(kept | {"count": self.count}, ensure_ascii=False)
        write(self.place / ".marks" / "class.json", text)

    def counts(self, cell: dict) -> bool:
        """Whether the points of a graded cell are added up."""
        return self.count == "all" or cell.get("core", True)

    def add(self, name: str, number: str = "", late: bool = False) -> Member:
        """A student by name, with a folder of its own."""
        folder = folder_name(name, self._folders)
        self._folders.add(folder.casefold())
        self.members[name] = Member(folder, number, late)
        return self.members[name]

    def expect(self, names: Iterable[str]) -> None:
        """Enter everybody on a roster; who handed in and is not on it is a question."""
        names, members = list(names), list(self.members)
        found, _ = tables.matched(
            *([({n}, *tables.keys(n)) for n in some] for some in (names, members))
        )
        for i, name in enumerate(names):
            if i in found:
                continue
            if alike := [m for m in members if keys(m) & keys(name)]:
                self.questions.append(
                    f"{name} of the roster did not hand in, unless that is who did as "
                    + ", ".join(alike)
                )
            twins = (f"{name} ({n})" for n in itertools.count(2))
            self.add(
                name
                if name not in self.members
                else next(t for t in twins if t not in self.members)
            )
        if strangers := sorted({*members} - {members[j] for j in found.values()}) if names else ():
            shown = ", ".join(strangers)
            self.questions.append(f"Not on the roster, and marked all the same: {shown}")

    def seed(self, given: int | None = None) -> int:
        """The seed of the hidden probes: drawn once for this folder, or the one that is given."""
        path = self.place / ".marks" / "seed"
        if given is None:
            with contextlib.suppress(OSError, ValueError):
                return int(path.read_text())
            given = secrets.randbits(32)
        write(path, f"{given}\n")
        return given

    def marks(self, digest: str) -> dict | None:
        """What is kept of a marked submission: marks, answers, notice; None if there is nothing."""
        try:
            kept = json.loads(self._marks(digest).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return kept if isinstance(kept, dict) and kept.keys() >= {"marks", "answers"} else None

    def keep(self, digest: str, kept: dict) -> None:
        """Keep a marked submission."""
        write(self._marks(digest), json.dumps(kept, ensure_ascii=False), keep=False)

    def has(self, digest: str) -> bool:
        """Whether a submission with this content was marked."""
        return self._marks(digest).exists() and self.marks(digest) is not None

    def _marks(self, digest: str) -> Path:
        return self.place / ".marks" / digest[:2] / f"{digest}.json"


@dataclass(frozen=True)
class Correction:
    """The teacher's word on one exercise; `stale` if the answer changed after it."""

    points: float
    comment: str
    stale: bool


class Corrections:
    """
    ``corrections.csv``: rows that the teacher fills in, and any others the teacher adds.

    A row without points is a question to the teacher; grading adds those and replaces them. A row
    with points is the teacher's and is never changed, nor is a column that is not of `CORRECTIONS`.

    Parameters
    ----------
    place : Path
        The folder of the gradebook.

    Attributes
    ----------
    problems : list of str
        Rows that cannot be used, for the teacher.

    Raises
    ------
    GradebookError
        If the file is no such table.
    """

    def __init__(self, place: Path):
        self.path = place / "corrections.csv"
        self.problems: list[str] = []
        self.delimiter = ","
        self.head = [*CORRECTIONS]
        self.rows: list[dict[str, str]] = []
        if self.path.exists():
            self._read()

    def _read(self) -> None:
        table = tables.read(self.path)
        head, *rows = table.rows or [[]]
        known = {name: name.strip().casefold() for name in head}
        self.head = [known[name] if known[name] in CORRECTIONS else name for name in head]
        if not {"student", "exercise", "points"} <= {*self.head}:
            raise GradebookError(
                f"{self.path} has no columns student, exercise, points: repair or remove it"
            )
        self.head += [name for name in CORRECTIONS if name not in self.head]
        self.delimiter = table.delimiter
        for row in rows:
            values = dict.fromkeys(self.head, "") | dict(zip(self.head, row, strict=False))
            if any(values.values()):
                self.rows.append({name: value.strip() for name, value in values.items()})

    def ask(self, written: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        """
        Bring the questions to the teacher up to date and save.

        Parameters
        ----------
        written : mapping
            Title and fingerprint of the open answers by (student, exercise). The title stands
            behind the number, or a spreadsheet would take 1.12 for a number or a date.
        """
        kept = [row for row in self.rows if row["points"] or row["comment"]]
        answered = {(row["student"], row["exercise"].split(" ")[0]) for row in kept}
        asked = {(row["student"], row["exercise"].split(" ")[0]): row for row in self.rows}
        questions = []
        for (student, number), (title, mark) in written.items():
            key = cell(student), number
            if key not in answered:
                row = dict.fromkeys(self.head, "") | asked.get(key, {})
                own = cell(student), f"{number} {title}", "", "", mark
                questions.append(row | dict(zip(CORRECTIONS, own, strict=True)))
        if self.rows == [*kept, *questions] and self.path.exists():
            return
        self.rows = [*kept, *questions]
        rows = [self.head, *([row[name] for name in self.head] for row in self.rows)]
        write(self.path, tables.Table(rows, self.delimiter).text())

    def by_exercise(self, known: Mapping[tuple[str, str], tuple[float, str]]) -> dict:
        """
        Corrections by (student, exercise).

        Parameters
        ----------
        known : mapping
            For each (student, exercise), the most points and the answer's fingerprint.
        """
        escaped = {(cell(student), exercise): (student, exercise) for student, exercise in known}
        cut_off = {e.rstrip("0") for _, e in known if e.endswith("0")}
        found = {}
        for line, row in enumerate(self.rows, 2):
            if not row["points"]:
                continue
            number, *title = row["exercise"].split(" ", 1)
            key = escaped.get((row["student"], number))
            try:
                points = float(row["points"].replace(",", "."))
            except ValueError:
                points = -1.0
            if key is None:
                self.problems.append(f"row {line}: no {row['exercise']} of {row['student']}")
            elif number in cut_off and not title:
                self.problems.append(
                    f"row {line}: {number} or {number}0? Write a word of the title behind it"
                )
            elif not 0 <= points <= known[key][0]:
                most = f"{known[key][0]:g}"
                self.problems.append(f"row {line}: {row['points']!r} is not from 0 to {most}")
            else:
                stale = bool(row["answer"]) and row["answer"] != known[key][1]
                found[key] = Correction(points, row["comment"], stale)
        return found


def fingerprint(text: str) -> str:
    """Eight characters that change with the text; they start with a letter for spreadsheets."""
    return "a" + hashlib.sha256(text.encode()).hexdigest()[:7]
