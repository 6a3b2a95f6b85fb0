"""
``python -m classroom report``: writes the reports from what grading kept.

``grades.csv``, ``grades.json``, one feedback page a notebook, ``summary.html`` and
``open_questions.html`` for the teacher. The teacher's corrections are read again each time.
"""

import json
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from classroom import gradebook, pages
from classroom.gradebook import Corrections, Gradebook, Sheet, fingerprint


@dataclass
class Row:
    """One exercise of one student."""

    student: str
    sheet: str
    exercise: str
    title: str
    points: float
    most: float
    status: str
    diagnosis: str | None = None
    why: str = ""
    message: str = ""
    comment: str = ""
    code: str = ""


@dataclass
class Item:
    """One exercise of the whole class."""

    exercise: str
    title: str
    most: float
    statuses: Counter = field(default_factory=Counter)
    shares: list[float] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)

    @property
    def ease(self) -> float | None:
        """Mean share of the points; None while answers wait for the teacher."""
        waiting = self.statuses["to mark"]
        return statistics.fmean(self.shares) if self.shares and not waiting else None

    @property
    def discrimination(self) -> float | None:
        """Correlation with the points on all other exercises of the sheet."""
        try:
            return statistics.correlation(self.shares, self.rests)
        except statistics.StatisticsError:  # fewer than two students, or all alike
            return None


@dataclass
class Summary:
    """What the teacher's page shows."""

    sheets: dict[str, str]
    items: dict[str, dict[str, Item]]
    totals: dict[str, list[tuple[str, str, float | None, str]]]  # name, remark, points, page
    most: dict[str, float]
    mistakes: Counter
    absent: dict[str, list[str]]
    remarks: list[tuple[str, str]]
    notices: Counter
    problems: list[str]
    to_mark: int = 0


def add_command(commands) -> None:
    """Add ``report`` to the command line."""
    parser = commands.add_parser("report", help="write the reports again, with your corrections")
    parser.add_argument("folder", type=Path, help="the folder that grading wrote")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command."""
    write_all(Gradebook.load(options.folder))
    return 0


def write_all(book: Gradebook) -> None:
    """
    Write every report.

    Students are taken one at a time, so that a large class needs little memory.

    Raises
    ------
    GradebookError
        If the teacher's corrections cannot be read; nothing is written then.
    """
    corrections = Corrections(book.place)
    texts, known = _written(book)
    titles = {c["exercise"]: c["title"] for d in book.sheets.values() for c in d["cells"]}
    corrections.ask({key: (titles[key[1]], known[key][1]) for key in texts})
    corrected = corrections.by_exercise(known)

    summary = Summary(
        sheets={name: described["title"] for name, described in book.sheets.items()},
        items={
            name: {c["id"]: Item(c["exercise"], c["title"], c["points"]) for c in d["cells"]}
            for name, d in book.sheets.items()
        },
        totals={name: [] for name in book.sheets},
        most={n: sum(c["points"] for c in d["cells"]) for n, d in book.sheets.items()},
        mistakes=Counter(),
        absent={name: [] for name in book.sheets},
        remarks=[],
        notices=Counter(),
        problems=corrections.problems,
    )
    lines, entries, pages_written = [("student", "exercise", "points", "max", "status")], [], set()
    for name, member in sorted(book.members.items()):
        entry = {"student": name, "remarks": member.remarks, "sheets": {}}
        summary.remarks += [(name, remark) for remark in member.remarks]
        for sheet, described in book.sheets.items():
            handed, kept = _handed(book, name, sheet)
            rows = _rows(name, sheet, described["cells"], handed, kept, corrected)
            notice = kept["notice"]
            lines += [
                (gradebook.cell(name), r.exercise, f"{r.points:g}", f"{r.most:g}", r.status)
                for r in rows
            ]
            entry["sheets"][sheet] = _entry(rows, handed, notice)
            page = f"feedback/{member.folder}/{sheet}.html"
            _count(summary, name, sheet, handed, rows, notice, page)
            if handed is not None:
                path = book.place / page
                text = pages.feedback(name, described["title"], rows, handed, notice)
                gradebook.write(path, text, keep=False)
                pages_written.add(path)
        entries.append(json.dumps(entry, ensure_ascii=False))
    _remove_others(book.place / "feedback", pages_written)
    gradebook.write(book.place / "grades.csv", gradebook.table(lines))
    students = ",\n".join(entries)
    gradebook.write(book.place / "grades.json", f'{{"students": [\n{students}\n]}}\n')
    summary.to_mark = sum(row["points"] == "" for row in corrections.rows)
    gradebook.write(book.place / "summary.html", pages.summary(summary, statuses()))
    gradebook.write(book.place / "open_questions.html", pages.open_questions(book.sheets, texts))


def _remove_others(folder: Path, keep: set[Path]) -> None:
    """Pages of students who are no longer there."""
    for path in list(folder.rglob("*.html")):
        if path not in keep:
            path.unlink()


def _handed(book: Gradebook, name: str, sheet: str) -> tuple[Sheet | None, dict]:
    """What is known of a sheet, with the remarks that its marking made; and what marking kept."""
    handed = book.members[name].sheets.get(sheet)
    kept = book.marks(handed.digest) if handed and handed.digest and not handed.problem else None
    if kept is None:
        return handed, {"marks": {}, "answers": {"cells": {}, "texts": {}}, "notice": ""}
    return replace(handed, remarks=[*handed.remarks, *kept.get("remarks", [])]), kept


def _answer(answers: dict, cell: dict) -> str:
    """What a student wrote for an exercise."""
    if cell["kind"] == "open":
        return answers["texts"].get(cell["id"], "")
    return "\n\n".join(s for i in cell["cells"] for s in answers["cells"].get(i, ()))


def _written(book: Gradebook) -> tuple[dict, dict]:
    """By (student, exercise): open answers for the teacher; most points and fingerprint of all."""
    texts, known = {}, {}
    for name in sorted(book.members):
        for sheet, described in book.sheets.items():
            _, kept = _handed(book, name, sheet)
            for cell in described["cells"]:
                key, answer = (name, cell["exercise"]), _answer(kept["answers"], cell)
                known[key] = cell["points"], fingerprint(answer)
                if kept["marks"].get(cell["id"], {}).get("status") == "to mark":
                    texts[key] = answer
    return texts, known


def _rows(name: str, sheet: str, cells, handed: Sheet | None, kept: dict, corrected) -> list[Row]:
    """A student's exercises of one sheet."""
    rows = []
    for cell in cells:
        row = Row(name, sheet, cell["exercise"], cell["title"], 0.0, cell["points"], "missing")
        if mark := kept["marks"].get(cell["id"]):
            row.points, row.status = mark["points"], mark["status"]
            row.diagnosis, row.why, row.message = mark["diagnosis"], mark["why"], mark["message"]
            row.code = _answer(kept["answers"], cell)
        elif handed is not None:
            row.status = "not marked" if handed.digest else "unreadable"
        if word := corrected.get((name, cell["exercise"])):
            row.points, row.comment = word.points, word.comment
            row.status = "corrected, answer changed since" if word.stale else "corrected"
        rows.append(row)
    return rows


def _entry(rows: list[Row], handed, notice: str) -> dict:
    """What grades.json says of one sheet of one student."""
    entry = {
        "points": sum(r.points for r in rows),
        "max": sum(r.most for r in rows),
        "exercises": {
            r.exercise: {
                "points": r.points,
                "max": r.most,
                "status": r.status,
                "diagnosis": r.diagnosis,
            }
            for r in rows
        },
    }
    if handed is not None:
        entry |= {"file": handed.file, "problem": handed.problem, "remarks": handed.remarks}
    return entry | ({"notice": notice} if notice else {})


def _count(summary, name: str, sheet: str, handed, rows: list[Row], notice, page: str) -> None:
    """Add one student's sheet to the summary."""
    if handed is None:
        summary.absent[sheet].append(name)
        return
    summary.remarks += [(name, text) for text in [handed.problem, *handed.remarks] if text]
    if notice:
        summary.notices[notice] += 1
    total = sum(r.points for r in rows)
    state = handed.problem or ", ".join(
        sorted({r.status for r in rows} & {"stopped", "to mark", "corrected, answer changed since"})
    )
    summary.totals[sheet].append((name, state, None if handed.problem else total, page))
    items = summary.items[sheet].values()
    for row, item in zip(rows, items, strict=True):
        item.statuses[row.status] += 1
        if row.status not in ("unreadable", "not marked", "to mark"):
            item.shares.append(row.points / row.most if row.most else 0.0)
            item.rests.append(total - row.points)
        if row.status == "wrong" and row.why and row.diagnosis:
            summary.mistakes[row.exercise, row.title, row.diagnosis, row.why] += 1


def statuses() -> Iterator[tuple[str, str]]:
    """Every status and what it means, for the teacher's page."""
    yield "right", "the check passed on the lesson's probes and on others"
    yield "wrong", "it did not; the feedback page says why"
    yield "not attempted", "the cell is as it was handed out"
    yield "error", "the cell raised, so that there was nothing to check"
    yield "stopped", "it took too long or too much, or it ended its own process"
    yield "to mark", "an open question, for you: points go into corrections.csv"
    yield "corrected", "your points count"
    yield "corrected, answer changed since", "your points count, and the answer is another now"
    yield "missing", "not handed in, or the answer's cell was deleted"
    yield "unreadable", "the file is no notebook"
    yield "not marked", "grading failed, not the answer: grade again"
