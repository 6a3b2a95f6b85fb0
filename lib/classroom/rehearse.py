"""
``python -m classroom rehearse``: a dress rehearsal of grading, with answers whose marks are known.

Made-up students hand in every assignment solved and as it was handed out, and one of them with
well-known mistakes and with right answers of another form. All of it goes through the same sandbox
and the same checks as a real class.
"""

import copy
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from classroom import assignment, build, example
from classroom.command import at_least_one
from classroom.grade import grade

MISTAKEN = {name: example.MISTAKES[name] for name in ("ex-1-7", "ex-1-10")}
OTHERWISE = {
    "ex-1-3": """
import math

def softmax(logits):
    weights = [math.exp(z - max(logits)) for z in logits]
    return np.array([w / math.fsum(weights) for w in weights])
""",
    "ex-1-4": """
def softmax_with_temperature(logits, temperature=1.0):
    logits = np.asarray(logits, float)
    shift = np.logaddexp.reduce(logits / temperature)
    return np.exp(logits / temperature - shift)
""",
}


@dataclass(frozen=True)
class Result:
    """The status that an exercise of a made-up student should get, and what it got."""

    student: str
    exercise: str
    expected: str
    got: str

    @property
    def as_expected(self) -> bool:
        """Whether grading did what it should."""
        return self.expected == self.got


def add_command(commands) -> None:
    """Add ``rehearse`` to the command line."""
    parser = commands.add_parser("rehearse", help="grade answers whose marks are known")
    parser.add_argument("--jobs", type=at_least_one, help="workers; one for each core by default")
    parser.add_argument("--course", type=Path, default=Path(), help="the course's folder")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command: prints what came of it; 1 when a mark is not as it should be."""
    results = rehearse(options.course, options.jobs)
    for line in table(results):
        print(line)
    return 0 if all(result.as_expected for result in results) else 1


def table(results: list[Result]) -> Iterator[str]:
    """What is not as it should be, line by line, and how many there are of all."""
    for result in results:
        if not result.as_expected:
            yield f"{result.student}, {result.exercise}: {result.got}, EXPECTED {result.expected}"
    wrong = sum(not result.as_expected for result in results)
    yield f"{len(results)} answers, {wrong or 'none'} marked otherwise than expected"


def rehearse(course: Path = Path(), jobs: int | None = None) -> list[Result]:
    """
    Hand in answers whose mark is known, grade them, and compare.

    Parameters
    ----------
    course : Path
        Where ``solutions/`` is.
    jobs : int, optional
    """
    expected = {}
    with tempfile.TemporaryDirectory(prefix="classroom-") as folder:
        class_, out = Path(folder, "class"), Path(folder, "graded")
        for ours in assignment.read_all(course).values():
            notebook = build.read(course / "solutions" / f"{ours.name}.py")
            solved, stub = build.teacher_version(notebook), build.student_version(notebook)
            students = {"solved": (solved, "right"), "untouched": (stub, "not attempted")}
            if ours.name == example.SHEET:
                wrong, other = copy.deepcopy(solved), copy.deepcopy(solved)
                students["mistaken"] = _with(wrong, MISTAKEN), "right"
                students["otherwise"] = _with(other, OTHERWISE), "right"
            for student, (made, status) in students.items():
                path = class_ / student / f"{ours.name}.ipynb"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(made), "utf-8")
                for item in ours.marked:
                    opened = item.kind == "open" and status == "right"
                    expected[student, item.exercise] = "to mark" if opened else status
        for cell in MISTAKEN:
            expected["mistaken", assignment.exercise_of(cell)] = "wrong"
        grade(class_, out, course=course, jobs=jobs)
        students = json.loads((out / "grades.json").read_text("utf-8"))["students"]
    got = {
        (student["student"], exercise): mark["status"]
        for student in students
        for handed_in in student["sheets"].values()
        for exercise, mark in handed_in["exercises"].items()
    }
    return [Result(*key, status, got.get(key, "missing")) for key, status in expected.items()]


def _with(notebook, sources: dict[str, str]):
    """The notebook with these answers."""
    for cell in notebook.cells:
        cell.source = sources.get(cell.id, cell.source)
    return notebook
