"""The real nbgrader on our sources: same points as ours on honest work."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from classroom import build
from classroom.grade import grade
from handed_in import COURSE, SHEET, hand_in, notebook

pytest.importorskip("nbgrader")
CLASS = {
    "solved": notebook(),
    "unsolved": notebook("stub"),
    "mistaken": notebook(
        e4="def softmax_with_temperature(logits, temperature=1.0):\n"
        "    return softmax(logits * temperature)",
        e10="first_word, probability = 'nice', 0.2",
    ),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of nbgrader's, from our sources, autograded."""
    place = tmp_path_factory.mktemp("nbgrader")
    (place / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.root = '.'\n")
    source = place / "source" / SHEET / f"{SHEET}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(build.read(COURSE / "solutions" / f"{SHEET}.py")), "utf-8")
    for student, made in CLASS.items():
        hand_in(place / "submitted" / student, SHEET, made)
    for command in (
        ["generate_assignment", SHEET],
        ["autograde", SHEET],
        ["generate_feedback", SHEET],
        ["export"],
    ):
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # it calls alembic
        environment = {**os.environ, "PATH": path, "HOME": str(place)}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (command, done.stderr[-3000:])
    return place


def test_its_release_is_our_exercise_sheet(course):
    released = json.loads((course / "release" / SHEET / f"{SHEET}.ipynb").read_text("utf-8"))
    ours = json.loads((COURSE / "exercises" / f"{SHEET}.ipynb").read_text("utf-8"))
    assert [c["source"] for c in released["cells"]] == [c["source"] for c in ours["cells"]]
    for theirs, our in zip(released["cells"], ours["cells"], strict=True):
        assert theirs["metadata"].get("nbgrader") == our["metadata"].get("nbgrader")


def points(course) -> dict[str, dict[str, float]]:
    """Points by student and exercise, from nbgrader's own database."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return {
            student: {
                grade.cell.name.replace("check-", "").replace("ex-", "").replace("-", "."): (
                    grade.score
                )
                for grade in book.find_submission_notebook(SHEET, SHEET, student).grades
            }
            for student in CLASS
        }


def test_the_same_points(course, tmp_path):
    assert grade(course / "submitted", tmp_path / "out", course=COURSE, jobs=1) == 0
    students = json.loads((tmp_path / "out" / "grades.json").read_text("utf-8"))["students"]
    theirs = points(course)
    followed = []
    for student in students:
        for exercise, ours in student["sheets"][SHEET]["exercises"].items():
            if ours["given"]:  # wrong only because an earlier answer is
                followed.append(exercise)
                assert (ours["points"], theirs[student["student"]][exercise]) == (ours["max"], 0)
            else:
                assert ours["points"] == theirs[student["student"]][exercise]
    assert followed == ["1.6", "1.8", "1.9"]
    assert sum(theirs["solved"].values()) == 30
    assert sum(theirs["unsolved"].values()) == 0
    assert 0 < sum(theirs["mistaken"].values()) < 30


def test_its_feedback_shows_the_diagnosis(course):
    page = course / "feedback" / "mistaken" / SHEET / f"{SHEET}.html"
    assert "You multiplied" in page.read_text("utf-8")
