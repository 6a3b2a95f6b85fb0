"""
``python -m classroom rehearse``: a dress rehearsal of grading, with answers whose marks are known.

For every exercise the solution, the stub, each form of each known mistake and each accepted variant
is handed in by a made-up student and goes through the same sandbox and the same checks as a real
class. (Here, and only here, the answers may see the checks: that is where they come from.)
"""

import ast
import copy
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from logitlab.checks import Exercise, exercises

from classroom import assignment, build
from classroom.command import at_least_one
from classroom.grade import grade

FETCH = "__import__('logitlab.checks', fromlist=['exercises']).exercises()"


@dataclass(frozen=True)
class Answer:
    """An answer whose mark is known: ``source`` goes into the answer's cell."""

    exercise: str
    name: str
    source: str
    status: str
    diagnosis: str | None = None


@dataclass(frozen=True)
class Result:
    """What an answer should get and what it got: (points, status, diagnosis)."""

    answer: Answer
    expected: tuple
    got: tuple

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
    """The command: prints the gradebook; 1 when a mark is not as it should be."""
    results = rehearse(options.course, options.jobs)
    for line in table(results):
        print(line)
    return 0 if all(result.as_expected for result in results) else 1


def table(results: list[Result]) -> Iterator[str]:
    """The gradebook: a line for each answer, the forms of one mistake together."""
    exercise, rows = None, Counter()
    for result in results:
        note = "" if result.as_expected else f"   EXPECTED {result.expected}"
        rows[result.answer.exercise, result.got, result.answer.name + note] += 1
    for (number, (points, status, diagnosis), name), count in rows.items():
        if number != exercise:
            exercise = number
            yield f"\n{number} {exercises()[number].title}"
        forms = f" ({count} forms)" if count > 1 else ""
        same = "" if diagnosis in (None, name) else f" [{diagnosis}]"
        yield f"  {points:g}  {status:13}  {name}{forms}{same}"
    wrong = sum(not result.as_expected for result in results)
    yield f"\n{len(results)} answers, {wrong or 'none'} marked otherwise than expected"


def rehearse(course: Path = Path(), jobs: int | None = None) -> list[Result]:
    """
    Hand in every answer whose mark is known, grade them, and compare.

    Parameters
    ----------
    course : Path
        Where ``solutions/`` is.
    jobs : int, optional
    """
    with tempfile.TemporaryDirectory(prefix="classroom-") as folder:
        class_, out = Path(folder, "class"), Path(folder, "graded")
        handed_in = {}
        for sheet in assignment.read_all(course).values():
            source = course / "solutions" / f"{sheet.name}.py"
            handed_in |= _hand_in(class_, sheet, build.read(source))
        grade(class_, out, course=course, jobs=jobs, checks=True)
        students = json.loads((out / "grades.json").read_text("utf-8"))["students"]
    got = {
        (student["student"], exercise): (mark["points"], mark["status"], mark["diagnosis"])
        for student in students
        for sheet in student["sheets"].values()
        for exercise, mark in sheet["exercises"].items()
    }
    results = []
    for (student, number), answer in handed_in.items():
        points = exercises()[number].points if answer.status == "right" else 0
        expected = float(points), answer.status, answer.diagnosis
        results.append(Result(answer, expected, got.get((student, number), (0.0, "missing", None))))
    order = list(exercises())
    return sorted(results, key=lambda r: order.index(r.answer.exercise))


def _hand_in(class_: Path, sheet, notebook) -> dict[tuple[str, str], Answer]:
    """Write the notebooks of as many students as the exercise with the most answers needs."""
    columns = {
        step.exercise: (step, list(answers(exercises()[step.exercise], _target(step.source))))
        for step in sheet.marked
        if step.kind == "check"
    }
    solved, stub = build.teacher_version(notebook), build.student_version(notebook)
    handed_in = {}
    for number in range(-2, max(len(column) for _, column in columns.values())):
        made = copy.deepcopy(solved if number == -2 else stub)
        student = f"{sheet.name} {number + 2:03}"
        for exercise, (step, column) in columns.items():
            if number == -2:
                handed_in[student, exercise] = Answer(exercise, "solution", "", "right")
            elif number == -1:
                handed_in[student, exercise] = Answer(exercise, "stub", "", "not attempted")
            elif number < len(column):
                handed_in[student, exercise] = column[number]
                *_, cell_id = sheet.answers_for(step)
                cell = next(c for c in made.cells if c.id == cell_id)
                cell.source = column[number].source
        path = class_ / student / f"{sheet.name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(made), "utf-8")
    return handed_in


def answers(exercise: Exercise, target: str) -> Iterator[Answer]:
    """Right and wrong answers to an exercise, as cells that take them from the checks."""
    fetch = f"{target} = {FETCH}[{exercise.id!r}]"
    for name in exercise.right_answers():
        yield Answer(exercise.id, name, f"{fetch}.right_answers()[{name!r}]", "right")
    for mistake, forms in exercise.wrong_answers().items():
        for i in range(len(forms)):
            source = f"{fetch}.wrong_answers()[{mistake!r}][{i}]"
            yield Answer(exercise.id, mistake, source, "wrong", mistake)


def _target(check: str) -> str:
    """What a check looks at, in words that can be assigned to: ``(total, gap)``."""
    for node in ast.walk(ast.parse(check)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check":
            return ast.unparse(node.args[1])
    raise assignment.AssignmentError(f"no call of check in {check!r}")
