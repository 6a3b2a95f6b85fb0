"""
``python -m classroom report``: writes the reports from what grading kept.

``grades.csv`` and ``totals.csv``, ``grades.json``, one feedback page a notebook, ``summary.html``
and ``open_questions.html`` for the teacher, and a platform's gradebook, filled. The teacher's
corrections are read again each time.
"""

import contextlib
import json
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

from classroom import gradebook, pages, tables
from classroom.gradebook import Corrections, Gradebook, Member, Record, fingerprint

COMMONEST = 15  # misconceptions that the summary lists
FEW = 5  # students with the same answer; of more, chance is the simpler reason
WORDS = 8  # of an open answer; fewer are alike by chance


@dataclass
class Row:
    """One exercise of one student."""

    exercise: str
    title: str
    most: float
    counts: bool = True
    points: float = 0.0
    status: str = "missing"
    diagnosis: str | None = None
    why: str = ""
    message: str = ""
    comment: str = ""
    given: str = ""
    code: str = ""

    @property
    def told(self) -> tuple[str, str]:
        """The values that the message shows, and what it says of them; no heading twice."""
        if self.status == "right":
            return "", self.message
        lines = self.message.split("\n")
        text = "\n".join(lines[1:] if lines[0].endswith("is not right yet.") else lines)
        if self.why and text.endswith(self.why):
            return text.removesuffix(self.why).rstrip(), self.why
        return text, ""


@dataclass
class Work:
    """
    One assignment of one student.

    Attributes
    ----------
    record : Record or None
        None if it was not handed in.
    rows : list of Row
        What does not count stands in it too, and is in none of the sums.
    notice : str
        What the sandbox could not guarantee; empty if nothing.
    """

    record: Record | None
    rows: list[Row]
    notice: str = ""

    @property
    def points(self) -> float:
        """Points so far."""
        return sum(row.points for row in self.counted)

    @property
    def most(self) -> float:
        """Points that could be had."""
        return sum(row.most for row in self.counted)

    @property
    def waiting(self) -> float:
        """Points that wait for the teacher: neither won nor lost."""
        return sum(row.most for row in self.counted if row.status == "to mark")

    @property
    def settled(self) -> bool:
        """Whether nothing waits for the teacher or for another run."""
        return not {row.status for row in self.counted} & {"to mark", "stopped", "not marked"}

    @property
    def counted(self) -> list[Row]:
        """The exercises whose points are added up."""
        return [row for row in self.rows if row.counts]

    @property
    def uncounted(self) -> str:
        """The numbers of the others."""
        return ", ".join(row.exercise for row in self.rows if not row.counts)


@dataclass
class Student:
    """A student with all works, by the name of their assignment."""

    name: str
    member: Member
    works: dict[str, Work]

    def page(self, assignment: str) -> str:
        """Where the feedback is, below the folder of the reports."""
        return f"feedback/{self.member.folder}/{assignment}.html"


def add_command(commands) -> None:
    """Add ``report`` to the command line."""
    parser = commands.add_parser("report", help="write the reports again, with your corrections")
    parser.add_argument("folder", type=Path, help="the folder that grading wrote")
    add_count(parser, None)
    parser.add_argument("--gradebook", type=Path, help="fill this export of Canvas or Moodle")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command."""
    book = Gradebook.load(options.folder)
    with gradebook.locked(options.folder):
        if options.count and options.count != book.count:
            book.count = options.count
            book.save()
        write_all(book, options.gradebook)
    return 0


def add_count(parser, default: str | None) -> None:
    """Add ``--count`` to a command; what is counted stays until another is given."""
    text = "; ".join(f"{name}: {what}" for name, what in gradebook.COUNT.items())
    parser.add_argument("--count", choices=gradebook.COUNT, default=default, help=text)


def write_all(book: Gradebook, export: Path | None = None) -> None:
    """
    Write every report, and a filled copy of a platform's gradebook.

    Students are taken one at a time, so that a large class needs little memory.

    Raises
    ------
    GradebookError
        If the teacher's corrections cannot be read; nothing is written then.
    TableError
        If the platform's gradebook cannot be used.
    """
    corrections = Corrections(book.place)
    texts, known = _written(book)
    titles = {c["exercise"]: c["title"] for d in book.assignments.values() for c in d["cells"]}
    corrections.ask({key: (titles[key[1]], known[key][1]) for key in texts})
    corrected = corrections.by_exercise(known)

    summary = Summary(book, corrections)
    reports = [Grades(book), Totals(book), Data(book), Feedback(book), summary]
    if export is not None:
        reports.append(Export(book, export))
    for name, member in sorted(book.members.items()):
        student = _student(book, name, member, corrected)
        for report in reports:
            report.add(student)
    for report in reports:
        report.write()
    questions = [
        (c, [(name, text) for (name, exercise), text in texts.items() if exercise == c["exercise"]])
        for described in book.assignments.values()
        for c in described["cells"]
        if c["kind"] == "open" and book.counts(c)
    ]
    gradebook.write(book.place / "open_questions.html", pages.open_questions(questions))
    told = {"corrections.csv": corrections.problems, "To ask": book.questions, "Gone": summary.gone}
    for head, lines in told.items():
        for line in lines:
            print(f"{head}: {line}", file=sys.stderr)


# --- what is known of a student


def _student(book: Gradebook, name: str, member: Member, corrected) -> Student:
    works = {}
    for assignment, described in book.assignments.items():
        record, kept = _kept(book, member, assignment)
        rows = [
            replace(_row(name, cell, record, kept, corrected), counts=book.counts(cell))
            for cell in described["cells"]
        ]
        works[assignment] = Work(record, rows, kept["notice"])
    return Student(name, member, works)


def _kept(book: Gradebook, member: Member, assignment: str) -> tuple[Record | None, dict]:
    """What is known of an assignment, with the remarks of its marking; what marking kept."""
    record = member.records.get(assignment)
    kept = book.marks(record.digest) if record and record.digest and not record.problem else None
    if kept is None:
        return record, {"marks": {}, "answers": {"cells": {}, "texts": {}}, "notice": ""}
    return replace(record, remarks=[*record.remarks, *kept.get("remarks", [])]), kept


def _row(name: str, cell: dict, record: Record | None, kept: dict, corrected) -> Row:
    row = Row(cell["exercise"], cell["title"], cell["points"])
    if mark := kept["marks"].get(cell["id"]):
        row = replace(row, **mark, code=_answer(kept["answers"], cell))
    elif record is not None:
        row.status = "not marked" if record.digest else "unreadable"
    if word := corrected.get((name, row.exercise)):
        row.points, row.comment = word.points, word.comment
        row.status = "corrected, answer changed since" if word.stale else "corrected"
    return row


def _most(book: Gradebook, described: dict) -> float:
    """Points that could be had on an assignment."""
    return sum(cell["points"] for cell in described["cells"] if book.counts(cell))


def _answer(answers: dict, cell: dict) -> str:
    """What a student wrote for an exercise."""
    if cell["kind"] == "open":
        return answers["texts"].get(cell["id"], "")
    return "\n\n".join(s for i in cell["cells"] for s in answers["cells"].get(i, ()))


def _written(book: Gradebook) -> tuple[dict, dict]:
    """By (student, exercise): open answers that wait; most points and fingerprint of all."""
    texts, known = {}, {}
    for name, member in sorted(book.members.items()):
        for assignment, described in book.assignments.items():
            _, kept = _kept(book, member, assignment)
            for cell in described["cells"]:
                key, answer = (name, cell["exercise"]), _answer(kept["answers"], cell)
                known[key] = cell["points"], fingerprint(answer)
                waits = kept["marks"].get(cell["id"], {}).get("status") == "to mark"
                if waits and book.counts(cell):
                    texts[key] = answer
    return texts, known


# --- the reports: each takes student by student, then writes its files


class Grades:
    """``grades.csv``: a line for each exercise of each student."""

    def __init__(self, book: Gradebook):
        self.place = book.place / "grades.csv"
        self.lines = [("student", "exercise", "points", "max", "status", "counts")]

    def add(self, student: Student) -> None:
        for work in student.works.values():
            self.lines += [
                (
                    *(tables.cell(student.name), r.exercise, f"{r.points:g}", f"{r.most:g}"),
                    *(r.status, "yes" if r.counts else "no"),
                )
                for r in work.rows
            ]

    def write(self) -> None:
        gradebook.write(self.place, tables.Table(self.lines).text())


class Totals:
    """``totals.csv``: a line for each student."""

    def __init__(self, book: Gradebook):
        self.place = book.place / "totals.csv"
        self.lines = [["student", "id", *book.assignments, "total", "max", "waiting", "late"]]

    def add(self, student: Student) -> None:
        works, member = student.works.values(), student.member
        sums = [sum(getattr(w, what) for w in works) for what in ("points", "most", "waiting")]
        each = ["" if work.record is None else f"{work.points:g}" for work in works]
        late = "late" if member.late else ""
        totals = [f"{value:g}" for value in sums]
        self.lines.append([tables.cell(student.name), tables.cell(member.id), *each, *totals, late])

    def write(self) -> None:
        gradebook.write(self.place, tables.Table(self.lines).text())


class Export:
    """A copy of a platform's gradebook with our points in it."""

    def __init__(self, book: Gradebook, path: Path):
        self.place = book.place / f"{path.stem}-filled.csv"
        self.table, self.scores = tables.read(path), []
        self.assignments = {
            name: (described["title"], _most(book, described))
            for name, described in book.assignments.items()
        }

    def add(self, student: Student) -> None:
        points = {
            name: work.points if work.settled else None
            for name, work in student.works.items()
            if work.record is not None and not work.record.problem
        }
        self.scores.append(tables.Score(student.name, student.member.id, points))

    def write(self) -> None:
        for line in tables.fill(self.table, self.scores, self.assignments):
            print(f"{self.place.name}: {line}", file=sys.stderr)
        gradebook.write(self.place, self.table.text())


class Data:
    """``grades.json``: the same for programs, with the diagnosis of each mistake."""

    def __init__(self, book: Gradebook):
        self.place = book.place / "grades.json"
        self.entries = []

    def add(self, student: Student) -> None:
        sheets = {name: self._work(work) for name, work in student.works.items()}
        member = student.member
        entry = {"student": student.name, "id": member.id, "late": member.late}
        entry |= {"remarks": member.remarks, "sheets": sheets}
        self.entries.append(json.dumps(entry, ensure_ascii=False))

    def write(self) -> None:
        students = ",\n".join(self.entries)
        gradebook.write(self.place, f'{{"students": [\n{students}\n]}}\n')

    @staticmethod
    def _work(work: Work) -> dict:
        entry = {"points": work.points, "max": work.most, "exercises": {}}
        for r in work.rows:
            marks = {"points": r.points, "max": r.most, "status": r.status, "counts": r.counts}
            entry["exercises"][r.exercise] = marks | {"diagnosis": r.diagnosis, "given": r.given}
        if work.record is not None:
            record = work.record
            entry |= {"file": record.file, "problem": record.problem}
            entry |= {"remarks": [*record.remarks, *record.looks]}
        return entry | ({"notice": work.notice} if work.notice else {})


class Feedback:
    """A page for each notebook that was handed in; those of who is gone stay."""

    def __init__(self, book: Gradebook):
        self.place, self.assignments = book.place, book.assignments

    def add(self, student: Student) -> None:
        for name, work in student.works.items():
            if work.record is not None:
                path = self.place / student.page(name)
                text = pages.feedback(student.name, self.assignments[name]["title"], work)
                gradebook.write(path, text, keep=False)

    def write(self) -> None:
        """Every page is written."""


@dataclass
class Item:
    """One exercise of the whole class."""

    exercise: str
    title: str
    most: float
    counted: bool = True
    statuses: Counter = field(default_factory=Counter)
    shares: list[float] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)

    def add(self, row: Row, total: float) -> None:
        """Count a student's; `total` is the points on the whole assignment."""
        self.statuses[row.status] += 1
        if row.status not in ("unreadable", "not marked", "to mark"):
            self.shares.append(row.points / row.most if row.most else 0.0)
            self.rests.append(total - row.points * self.counted)

    @property
    def ease(self) -> float | None:
        """Mean share of the points; None while answers wait for the teacher."""
        waiting = self.statuses["to mark"]
        return statistics.fmean(self.shares) if self.shares and not waiting else None

    @property
    def discrimination(self) -> float | None:
        """Correlation with the points on all other exercises that count."""
        try:
            return statistics.correlation(self.shares, self.rests)
        except statistics.StatisticsError:  # fewer than two students, or all alike
            return None

    @property
    def ease_text(self) -> str:
        return "" if self.ease is None else f"{100 * self.ease:.0f} %"

    @property
    def tells_text(self) -> str:
        return "" if self.discrimination is None else f"{self.discrimination:+.2f}"

    @property
    def counts(self) -> str:
        return ", ".join(f"{count} {status}" for status, count in self.statuses.most_common())

    @property
    def bar(self) -> list[tuple[str, int, int]]:
        """Right, wrong and all else, of all."""
        right, wrong = self.statuses["right"], self.statuses["wrong"]
        most = sum(self.statuses.values())
        return [("r", right, most), ("w", wrong, most), ("o", most - right - wrong, most)]


@dataclass
class Part:
    """One assignment of the whole class."""

    title: str
    most: float
    items: list[Item]
    totals: list[tuple[str, str, float | None, str]] = field(default_factory=list)
    """Student, remark, points (None if there are none) and page."""
    absent: list[str] = field(default_factory=list)

    @property
    def points(self) -> list[float]:
        return [points for _, _, points, _ in self.totals if points is not None]

    @property
    def spread(self) -> list[tuple[float, float, int, int]]:
        """How many students have which tenth of the points: from, to, count, highest count."""
        if not self.points or not self.most:
            return []
        bins = Counter(min(9, int(10 * points / self.most)) for points in self.points)
        edges = [self.most * i / 10 for i in range(11)]
        return [(edges[i], edges[i + 1], bins[i], max(bins.values())) for i in range(10)]

    @property
    def mean(self) -> str:
        """Mean and median in a sentence."""
        waiting = any("to mark" in state for _, state, _, _ in self.totals)
        text = f"{len(self.points)} of {len(self.totals)} notebooks could be marked: mean "
        text += (
            f"{statistics.fmean(self.points):.1f}, median {statistics.median(self.points):g} of "
        )
        text += f"{self.most:g} points"
        return text + (", with 0 for each open answer that waits for you." if waiting else ".")


class Summary:
    """``summary.html``: the teacher's page."""

    def __init__(self, book: Gradebook, corrections: Corrections):
        self.place = book.place / "summary.html"
        self.core = book.count == "core"
        self.assignments = {
            name: Part(
                described["title"],
                _most(book, described),
                [
                    Item(c["exercise"], c["title"], c["points"], book.counts(c))
                    for c in described["cells"]
                ],
            )
            for name, described in book.assignments.items()
        }
        self.mistakes: Counter = Counter()
        self.remarks: list[tuple[str, str]] = []
        self.notices: Counter = Counter()
        self.questions: list[str] = book.questions
        self.problems = corrections.problems
        self.to_mark = sum(row["points"] == "" for row in corrections.rows)
        self._kept = book.place / ".marks" / "changes.json"
        self._before, self._sheets = _marks_of(book.place / "grades.json")
        self.gone: list[str] = []
        self.changes: list[tuple[str, str, str, str]] = []
        self._prints: dict[tuple[str, str, str], list[str]] = {}
        self._whole: dict[tuple[str, frozenset], list[str]] = {}
        self._words: dict[tuple[str, str, str], list[str]] = {}
        self._ours = {
            (name, c["exercise"]): _plain(c.get("rubric", ""))
            for name, described in book.assignments.items()
            for c in described["cells"]
            if c["kind"] == "open"
        }

    @property
    def alike(self) -> list[tuple[str, str]]:
        """
        Students with the same answers, and to which exercises.

        What many wrote to one exercise says nothing; to all that they did, or in words, it does.
        """
        pairs: dict[tuple[str, str], list[str]] = {}
        for (_, exercise, _), some in self._prints.items():
            for pair in combinations(some, 2) if len(some) <= FEW else ():
                pairs.setdefault(pair, []).append(exercise)
        rows = [(" and ".join(pair), exercises) for pair, exercises in pairs.items()]
        for (_, prints), some in self._whole.items():
            if len(some) > FEW:
                rows.append((", ".join(some), [exercise for exercise, _ in sorted(prints)]))
        return [(who, ", ".join(exercises)) for who, exercises in rows if len(exercises) > 1] + [
            (", ".join(some), f"{exercise}, word for word")
            for (_, exercise, _), some in self._words.items()
            if len(some) > 1
        ]

    @property
    def commonest(self) -> list[tuple]:
        """The commonest misconceptions: count, exercise, what was done."""
        return [
            (count, f"{exercise} {title}", why)
            for (exercise, title, _, why), count in self.mistakes.most_common(COMMONEST)
        ]

    def add(self, student: Student) -> None:
        self.remarks += [(student.name, remark) for remark in student.member.remarks]
        self._compare(student)
        for name, work in student.works.items():
            if work.record is None:
                self.assignments[name].absent.append(student.name)
            else:
                self._add(student, name, work)

    def _add(self, student: Student, name: str, work: Work) -> None:
        part, record = self.assignments[name], work.record
        said = [record.problem, *record.remarks, *record.looks]
        self.remarks += [(student.name, text) for text in said if text]
        for exercise, digest in record.prints.items():
            if digest:
                self._prints.setdefault((name, exercise, digest), []).append(student.name)
        whole = frozenset((e, digest) for e, digest in record.prints.items() if digest)
        self._whole.setdefault((name, whole), []).append(student.name)
        if work.notice:
            self.notices[work.notice] += 1
        shown = {"stopped", "to mark", "corrected, answer changed since"}
        state = record.problem or ", ".join(sorted({r.status for r in work.counted} & shown))
        state = ", ".join(filter(None, [state, "late" if student.member.late else ""]))
        points = None if record.problem else work.points
        part.totals.append((student.name, state, points, student.page(name)))
        for row, item in zip(work.rows, part.items, strict=True):
            item.add(row, work.points)
            self._read(student, name, row)
            if row.status == "wrong" and row.why and row.diagnosis:
                self.mistakes[row.exercise, row.title, row.diagnosis, row.why] += 1

    def _read(self, student: Student, name: str, row: Row) -> None:
        """Whether an open answer is ours, or another student's."""
        words, ours = _plain(row.code), self._ours.get((name, row.exercise))
        if ours is None or row.status == "not attempted" or words.count(" ") < WORDS:
            return
        if words in ours:
            self.remarks.append((student.name, f"the course's own words: {row.exercise}"))
        else:
            self._words.setdefault((name, row.exercise, words), []).append(student.name)

    def _compare(self, student: Student) -> None:
        """What is another than in the last report."""
        before = self._before.pop(student.name, None)
        rows = [row for work in student.works.values() for row in work.rows]
        if before is None and self._sheets is not None:
            total = sum(work.points for work in student.works.values())
            self.changes.append((student.name, "", "not there", f"{total:g} points"))
        for row in rows if before else ():
            old, new = before.get(row.exercise), f"{row.points:g}, {row.status}"
            if old not in (None, new):
                self.changes.append((student.name, row.exercise, old, new))

    def write(self) -> None:
        for name, marks in self._before.items():  # who is left
            total = sum(float(mark.split(",")[0]) for mark in marks.values())
            self.changes.append((name, "", f"{total:g} points", "gone"))
            self.gone.append(f"{name}, with {total:g} points: not among the submissions any more")
        for sheet in sorted((self._sheets or set()) - self.assignments.keys()):
            self.changes.append(("", sheet, "handed in", "gone"))
            self.gone.append(f"{sheet}: in no submission any more, so that no report counts it")
        if self.changes:
            gradebook.write(self._kept, json.dumps(self.changes, ensure_ascii=False))
        else:  # nothing new: what the last change was
            with contextlib.suppress(OSError, ValueError):
                self.changes = json.loads(self._kept.read_text("utf-8"))
        gradebook.write(self.place, pages.summary(self, statuses()))


def _plain(text: str) -> str:
    """Words without case and layout."""
    return " ".join(text.casefold().split())


def _marks_of(path: Path) -> tuple[dict[str, dict[str, str]], set[str] | None]:
    """
    Of a ``grades.json``, points and status by student and exercise, and the sheets; without one,
    nothing and None.
    """
    try:
        students = json.loads(path.read_text("utf-8"))["students"]
        marks = {
            student["student"]: {
                exercise: f"{mark['points']:g}, {mark['status']}"
                for work in student["sheets"].values()
                for exercise, mark in work["exercises"].items()
            }
            for student in students
        }
        return marks, {sheet for student in students for sheet in student["sheets"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}, None


def statuses() -> Iterator[tuple[str, str]]:
    """Every status and what it means, for the teacher's page."""
    yield "right", "the check passed on the lesson's probes and on others"
    yield "wrong", "it did not; the feedback page says why"
    yield "not attempted", "the cell is as it was handed out"
    yield "error", "the cell raised, so that there was nothing to check"
    yield "stopped", "it took too long or too much, or it ended: --again and --time mark it again"
    yield "to mark", "an open question, for you: points go into corrections.csv"
    yield "corrected", "your points count"
    yield "corrected, answer changed since", "your points count, and the answer is another now"
    yield "missing", "not handed in, or the answer's cell was deleted"
    yield "unreadable", "the file is no notebook"
    yield "not marked", "grading failed, not the answer: grade again"
