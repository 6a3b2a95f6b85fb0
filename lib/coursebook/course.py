"""The lessons, the exercises and the data of a project, as the pages of the book need them."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from classroom.sheet import Told, headings
from classroom.widget_state import STATE
from logitlab.checks import exercises
from sphinx.util import logging

LOG = logging.getLogger(__name__)


class Missing(Exception):
    """What a page asks for and no lesson has."""


class Course:
    """What stands in `root`, what was read of it so far, and what was found wrong in it."""

    def __init__(self, root: Path):
        self.root = root
        self.files: set[Path] = set()
        self.problems: list[str] = []

    def read(self, path: Path) -> Any:
        """A notebook, or another JSON file."""
        path = self.root / path
        self.files.add(path)
        return _parsed(path, path.stat().st_mtime)

    def path(self, number: str, folder: str = "notebooks", ending: str = "ipynb") -> Path:
        """The one file of a lesson, by its number."""
        found = sorted((self.root / folder).glob(f"{int(number):02}_*.{ending}"))
        if not found:
            raise Missing(f"no lesson {number} in {folder}")
        return found[0]

    def texts(self, number: str, folder: str = "notebooks") -> list[str]:
        """Text cells of a lesson, or of its solutions."""
        cells = self.read(self.path(number, folder))["cells"]
        return [c.source for c in cells if c["cell_type"] == "markdown"]

    def title(self, number: str) -> str:
        """Name of a lesson, such as "3 Top-k"."""
        found = re.match(r"# (\d+) · (.+)", self.texts(number)[0])
        if not found:
            raise Missing(f"lesson {number} does not begin with its title")
        return f"{found[1]} {found[2]}"

    def part(self, number: str, heading: str) -> str:
        """What stands under a heading of a lesson."""
        text = "\n\n".join(self.texts(number))
        found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text, re.M | re.S)
        if not found:
            raise Missing(f"lesson {number} has no part {heading!r}")
        return found[1].strip()

    def step(self, name: str) -> str:
        """Title of a step: "1.4" is step 4 of lesson 1."""
        lesson, number = name.split(".")
        titles = re.findall(rf"^### Step {number} · (.+)", "\n".join(self.texts(lesson)), re.M)
        if not titles:
            raise Missing(f"lesson {lesson} has no step {number}")
        return titles[0]

    def section(self, number: str, title: str) -> str:
        """Title of a section or of a part of a lesson."""
        self.part(number, title)
        return title

    def exercises(self, lesson: str) -> dict[str, Told]:
        """What the sheet says of a lesson's exercises, by their numbers."""
        return headings(self.read(self.path(lesson, "solutions")).cells)

    def exercise(self, number: str) -> Told:
        """What the sheet says of an exercise."""
        found = self.exercises(number.split(".")[0])
        if number not in found:
            raise Missing(f"there is no exercise {number}")
        return found[number]

    def question(self, name: str) -> tuple[str, str]:
        """Text and answer of a question that a lesson asks, as the reader sees them."""
        notebook = self.read(self.path(name.split("-")[0]))
        for model in (
            notebook["metadata"].get("widgets", {}).get(STATE, {"state": {}})["state"].values()
        ):
            state = model["state"]
            if state.get("name") == name and "question" in state:
                answer = state["answer"]
                answer = f"{answer:g}" if isinstance(answer, float | int) else answer
                return state["question"], f"{answer} {state.get('unit', '')}".strip()
        raise Missing(f"no lesson asks {name!r}")

    def slip(self, exercise: str, mistake: str) -> str:
        """What the check of an exercise says to a known wrong answer."""
        found = exercises()[exercise].sentences(mistake) if exercise in exercises() else []
        if len(found) != 1:
            raise Missing(f"exercise {exercise} has {len(found)} sentences on {mistake!r}")
        return found[0]

    def belief(self, lesson: str, words: str) -> str:
        """The misconception in a lesson's list that has these words in it."""
        said = re.findall(r"^- \*(.+?)\*", self.part(lesson, "Common misconceptions"), re.M | re.S)
        found = [" ".join(text.split()) for text in said if words in " ".join(text.split())]
        if len(found) != 1:
            raise Missing(f"{len(found)} misconceptions of lesson {lesson} say {words!r}")
        return found[0]

    def rubric(self, exercise: str) -> tuple[str, str]:
        """An open exercise and how it is marked, as Markdown."""
        lesson, number = exercise.split(".")
        cells = self.read(self.path(lesson, "solutions"))["cells"]
        place = next((i for i, c in enumerate(cells) if c["id"] == f"ex-{lesson}-{number}"), None)
        if place is None or cells[place]["cell_type"] != "markdown":
            raise Missing(f"{exercise} is no open exercise")
        marked = re.sub(r"</?details>|<summary>.*?</summary>", "", cells[place].source)
        asked = cells[place - 1].source
        asked = re.sub(r"<details>.*?</details>", "", asked, flags=re.S)
        asked = re.sub(r"^## .*\n\n\*.*\*\n", "", asked.strip())
        return asked.strip(), marked.strip()


@cache
def _parsed(path: Path, _changed: float) -> Any:
    if path.suffix == ".ipynb":
        return nbformat.read(path, as_version=4)
    return json.loads(path.read_text(encoding="utf-8"))


class FromCourse:
    """What roles and directives share: the course, and a warning for what it lacks."""

    def look(self, ask, *args: str):
        """What ``ask(course, *args)`` gives; a warning and None where it has no answer."""
        course = Course(Path(self.env.srcdir))
        try:
            return ask(course, *args)
        except Missing as problem:
            course.problems.append(str(problem))
            return None
        finally:
            for problem in course.problems:
                LOG.warning("%s", problem, location=self.get_location())
            for file in course.files:
                self.env.note_dependency(str(file))
