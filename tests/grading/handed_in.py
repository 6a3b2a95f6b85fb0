"""Makes notebooks as learners hand them in, for the tests of grading."""

import copy
import csv
import json
from functools import cache
from pathlib import Path

from classroom import build

COURSE = Path(__file__).parents[2]
SHEET = "01_temperature"


@cache
def _built(kind: str) -> str:
    notebook = build.read(COURSE / "solutions" / f"{SHEET}.py")
    version = build.teacher_version if kind == "solution" else build.student_version
    return json.dumps(version(notebook))


def notebook(base: str = "solution", **answers: str) -> dict:
    """
    The solution's notebook or the stub's, with some answers replaced.

    Parameters
    ----------
    base : {"solution", "stub"}
    **answers : str
        Source by exercise: ``e3="def softmax..."`` replaces the answer to 1.3.
    """
    made = json.loads(_built(base))
    for name, source in answers.items():
        cell(made, f"ex-1-{name[1:]}")["source"] = source
    return made


def cell(made: dict, name: str) -> dict:
    """A cell by its id."""
    return next(c for c in made["cells"] if c["id"] == name)


def solution(exercise: int) -> str:
    """Our answer to an exercise."""
    return cell(notebook(), f"ex-1-{exercise}")["source"]


def changed(source: str, old: str, new: str) -> str:
    """The source with one thing replaced; it must be there."""
    assert old in source, (old, source)
    return source.replace(old, new)


def added(source: str, **metadata) -> dict:
    """A code cell of the learner's own."""
    return {
        "cell_type": "code",
        "id": "own",
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def with_cell(made: dict, source: str, before: str, **metadata) -> dict:
    """The notebook with one more cell."""
    made = copy.deepcopy(made)
    place = next(i for i, c in enumerate(made["cells"]) if c["id"] == before)
    made["cells"].insert(place, added(source, **metadata))
    return made


def hand_in(folder: Path, student: str, made, sheet: str = SHEET) -> Path:
    """Write a notebook (or any text or bytes) to the student's folder."""
    path = folder / student / f"{sheet}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    data = json.dumps(made) if isinstance(made, dict) else made
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def grades(out: Path) -> dict[str, dict[str, tuple[float, str]]]:
    """Points and status by student and exercise, as grades.csv says."""
    found: dict[str, dict[str, tuple[float, str]]] = {}
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            mark = float(row["points"]), row["status"]
            found.setdefault(row["student"], {})[row["exercise"]] = mark
    return found
