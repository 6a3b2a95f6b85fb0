"""The walk through one exercise in CONTRIBUTING.md, done to the letter in a copy of the project."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from classroom import ClassroomError, new, sheet

ROOT = Path(__file__).parents[2]
WALK = re.search(
    r"^\*\*An exercise\*\*.*?(?=^\*\*)", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.M | re.S
)[0]
SOURCE, CHECK, LESSON = re.findall(r"`((?:solutions|lib|notebooks)/[^`]+\.py)`", WALK)
WORDS = re.search(r"`(\*\*Exercise [^`]+)`", WALK)[1]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """What a contributor has, without the book, its tests and what was built for a browser."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("notebooks", "solutions", "exercises", "lib"):
        leave = shutil.ignore_patterns("__pycache__", "*.egg-info", ".ipynb_checkpoints")
        shutil.copytree(ROOT / name, folder / name, ignore=leave)
    (folder / "book" / "teachers").mkdir(parents=True)
    for name in ("README.md", "_toc.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def run(copy, line: str, **options) -> subprocess.CompletedProcess:
    command = [sys.executable if part == ".venv/bin/python" else part for part in shlex.split(line)]
    environment = {**os.environ, "PYTHONPATH": str(copy / "lib")}
    return subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, **options
    )


def test_the_walk_ends_in_an_exercise_that_passes_and_is_marked(copy):
    start, build, check = re.search(r"^```\n(.*?)^```", WALK, re.M | re.S)[1].splitlines()
    number, name = re.search(r"new exercise (\S+) (\S+)", start).groups()
    before = sheet.of(copy / SOURCE)
    started = run(copy, start)
    assert started.returncode == 0, started.stderr
    assert SOURCE in started.stdout and CHECK in started.stdout and LESSON in started.stdout
    assert "TO WRITE" in (copy / CHECK).read_text("utf-8")

    lesson = (copy / LESSON).read_text("utf-8")
    place = "# ## What to remember"
    assert place in lesson
    (copy / LESSON).write_text(lesson.replace(place, f"# {WORDS}\n#\n{place}"), "utf-8")

    built = run(copy, build)
    assert built.returncode == 0, built.stderr
    after = sheet.of(copy / SOURCE)
    counted = 1 if after.further.exercises else 0  # a new exercise is the sheet's last
    assert after[1 - counted] == before[1 - counted]
    assert after[counted].exercises == before[counted].exercises + 1
    assert after[counted].points == before[counted].points + 2
    for folder in ("notebooks", "exercises", "solutions"):
        text = (copy / folder / f"{Path(SOURCE).stem}.ipynb").read_text("utf-8")
        assert f"{after[counted].minutes} " in text
        assert "{{" not in "".join(map(str, json.loads(text)["cells"]))

    checked = run(copy, check)
    assert checked.returncode == 0, checked.stdout[-2000:]
    told = json.loads((copy / "lib" / "logitlab" / "checks" / "sheets.json").read_text("utf-8"))
    exercises = told[Path(SOURCE).stem]["exercises"]
    assert exercises[number]["points"] == 2
    core, further = (
        sum(told["points"] for told in exercises.values() if told["core"] is core)
        for core in (True, False)
    )
    said = f"0 not attempted; {core} of {core} points"
    said += f", and {further} of {further} further." if further else "."
    assert said in checked.stdout

    id = number.replace(".", "-")
    for student, answer in {
        "right": f"def {name}(z):\n    return [x - max(z) for x in z]",
        "wrong": f"def {name}(z):\n    return z - z[0]",
        "idle": None,
    }.items():
        book = nbformat.read(copy / "exercises" / f"{Path(SOURCE).stem}.ipynb", as_version=4)
        for cell in book.cells:
            if cell.id == f"ex-{id}" and answer:
                cell.source = answer
        (copy / "handed" / student).mkdir(parents=True)
        nbformat.write(book, copy / "handed" / student / f"{Path(SOURCE).stem}.ipynb")
    marked = run(copy, ".venv/bin/python -m classroom grade handed --out graded --jobs 1")
    assert marked.returncode == 0, marked.stderr
    text = (copy / "graded" / "grades.json").read_text("utf-8")
    marks = {
        student["student"]: student["sheets"][Path(SOURCE).stem]["exercises"][number]
        for student in json.loads(text)["students"]
    }
    assert marks["right"]["points"] == marks["right"]["max"] == 2
    assert (marks["wrong"]["points"], marks["wrong"]["diagnosis"]) == (0, "from_the_first")
    assert (marks["idle"]["points"], marks["idle"]["status"]) == (0, "not attempted")


@pytest.mark.parametrize(
    ("number", "name", "said"),
    [
        ("3.11", "gaps", r"3\.11 exists in .*03_top_k\.py: In your own words"),
        ("3.40", "gaps", r"the next exercise of .*03_top_k\.py is 3\.12, got 3\.40"),
        ("3.12", "top_k", r"top_k is exercise 3\.3 of"),
        ("3.12", "2nd", "name must be a function's, such as top_k, got '2nd'"),
        ("3.12", "class", "name must be a function's, such as top_k, got 'class'"),
        ("gaps", "3.13", "number must be such as 3.13, got 'gaps'"),
        ("9.1", "gaps", r"no sheet has exercises 9\.\*; there is: 01_temperature"),
    ],
)
def test_a_start_that_does_not_fit_is_refused(number, name, said):
    with pytest.raises(ClassroomError, match=said):
        new.exercise(ROOT, number, name)


def test_a_lesson_starts_with_its_sheet_and_its_place(tmp_path):
    for name in ("notebooks", "solutions"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.ipynb"))
    for name in ("book/teachers", "lib/logitlab/checks"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    number = len(list((ROOT / "notebooks").glob("*.py"))) + 1
    name = f"{number:02}_beam_search"
    for wrong, said in {
        "beam_search": "name must be such as 07_topic, got 'beam_search'",
        "01_again": "lesson 1 exists: 01_temperature",
        "40_far": f"the next lesson is {number:02}, got '40_far'",
    }.items():
        with pytest.raises(ClassroomError, match=re.escape(said)):
            new.lesson(tmp_path, wrong)
    new.lesson(tmp_path, name)
    assert sheet.of(tmp_path / "solutions" / f"{name}.py") == ((1, 2, 5), (0, 0, 0))
    lesson = sheet.numbers(tmp_path)["lesson"][name]
    assert lesson == {
        **{"title": "Beam search", "minutes": 1, "further_minutes": 1},
        **{"together": 6, "further_together": 1},
    }
    for folder in ("notebooks", "exercises", "solutions", "book/teachers"):
        assert f"- file: {folder}/{name}\n" in (tmp_path / "_toc.yml").read_text("utf-8")


def test_nothing_is_left_to_write():
    for folder in ("notebooks", "solutions", "lib/logitlab/checks", "book/teachers"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in (".py", ".md"):
                assert "TO WRITE" not in path.read_text("utf-8"), path
