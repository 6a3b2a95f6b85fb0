"""What teachers' pages take from lessons and grading, so that each thing is written once.

Roles: ``{ex}`1.3` `` an exercise, ``{step}`1.4` `` a step of a lesson, ``{ask}`1-half` `` a
question with its answer, ``{slip}`1.4 multiply` `` what the check says to a known wrong answer,
``{belief}`1 creative` `` the misconception of a lesson that has this word in it.
Directives: ``plan`` a timetable, ``objectives`` of a lesson, ``marking`` of an open exercise.
What a lesson does not have is a warning, and so fails the build.
"""

import json
import re
from functools import cache
from pathlib import Path

from classroom import report
from classroom.widget_state import STATE
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from logitlab.checks import exercises
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

LOG = logging.getLogger(__name__)
ROW = re.compile(r"(\d+) \| +(.*)")
EX = re.compile(r"\{ex\}`(\d+\.\d+)`")


class Missing(Exception):
    """What a page asks for and no lesson has."""


class Course:
    """The lessons and exercises in `root`, as teachers' pages need them."""

    def __init__(self, root: Path):
        self.root = root

    def path(self, number: str, folder: str = "notebooks", ending: str = "ipynb") -> Path:
        """The one file of a lesson, by its number."""
        found = sorted((self.root / folder).glob(f"{int(number):02}_*.{ending}"))
        if not found:
            raise Missing(f"no lesson {number} in {folder}")
        return found[0]

    def texts(self, number: str, folder: str = "notebooks") -> list[str]:
        """Text cells of a lesson, or of its solutions."""
        cells = _read(self.path(number, folder))["cells"]
        return ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]

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

    def exercises(self, lesson: str) -> dict[str, tuple[str, int]]:
        """Title and minutes of a lesson's exercises, by their numbers."""
        text = "\n\n".join(self.texts(lesson, "solutions"))
        found = re.findall(r"^## (\d+\.\d+) (.+)\n\n\*\d+ points? · (\d+) minutes", text, re.M)
        return {number: (title.replace("`", ""), int(m)) for number, title, m in found}

    def exercise(self, number: str) -> tuple[str, int]:
        """Title and minutes of an exercise."""
        found = self.exercises(number.split(".")[0])
        if number not in found:
            raise Missing(f"there is no exercise {number}")
        return found[number]

    def question(self, name: str) -> tuple[str, str]:
        """Text and answer of a question that a lesson asks, as the reader sees them."""
        notebook = _read(self.path(name.split("-")[0]))
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
        if exercise in exercises() and (why := exercises()[exercise].why(mistake)):
            return why
        raise Missing(f"exercise {exercise} knows no mistake {mistake!r}")

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
        cells = _read(self.path(lesson, "solutions"))["cells"]
        place = next((i for i, c in enumerate(cells) if c["id"] == f"ex-{lesson}-{number}"), None)
        if place is None or cells[place]["cell_type"] != "markdown":
            raise Missing(f"{exercise} is no open exercise")
        marked = re.sub(r"</?details>|<summary>.*?</summary>", "", "".join(cells[place]["source"]))
        asked = "".join(cells[place - 1]["source"])
        asked = re.sub(r"<details>.*?</details>", "", asked, flags=re.S)
        asked = re.sub(r"^## .*\n\n\*.*\*\n", "", asked.strip())
        return asked.strip(), marked.strip()


@cache
def _parsed(path: Path, _changed: float) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def _read(path: Path) -> dict:
    return _parsed(path, path.stat().st_mtime)


class FromCourse:
    """What roles and directives share: the course, and a warning for what it lacks."""

    def look(self, method: str, *args: str):
        """Ask the course; a warning and None where it has no answer."""
        course = Course(Path(self.env.srcdir))
        try:
            lesson = re.match(r"\d+", args[0])
            if lesson:
                for folder in ("notebooks", "solutions"):
                    self.env.note_dependency(str(course.path(lesson[0], folder)))
            return getattr(course, method)(*args)
        except Missing as problem:
            LOG.warning("%s", problem, location=self.get_location())
            return None


class LessonRole(FromCourse, SphinxRole):
    """A role whose text a lesson gives."""

    def run(self):
        words = self.text.split(maxsplit=1) if self.name in ("slip", "belief") else [self.text]
        method = {"ex": "exercise", "ask": "question"}.get(self.name, self.name)
        found = self.look(method, *words)
        if found is None:
            return [nodes.Text(self.text)], []
        return self.show(found), []

    def show(self, found) -> list[nodes.Node]:
        """What stands on the page."""
        lesson, _, number = self.text.partition(".")
        if self.name == "ex":
            text = f"{self.text} {found[0]}"
            return [self.link("exercises", lesson, text)]
        if self.name == "step":
            return [self.link("notebooks", lesson, f"step {number}, {found}")]
        if self.name == "ask":
            question, answer = found
            plain = question.replace("*", "").replace("`", "")
            asked = nodes.emphasis("", plain)
            return [asked, nodes.Text(f" ({answer})")]
        return [nodes.Text(found.replace("`", "").replace("*", ""))]

    def link(self, folder: str, lesson: str, text: str) -> nodes.Node:
        """A link to a lesson's page or to its exercises."""
        stem = Course(Path(self.env.srcdir)).path(lesson).stem
        options = {"refdomain": "std", "reftype": "doc", "refexplicit": True, "refwarn": True}
        target = {"reftarget": f"/{folder}/{stem}", "refdoc": self.env.docname}
        return pending_xref("", nodes.inline("", text, classes=["doc"]), **options, **target)


class Plan(FromCourse, SphinxDirective):
    """
    A timetable. Each line is ``minutes | what happens``; the clock and the homework are worked out.

    The minutes must add up to the argument, and leave time for the exercises that are named.
    """

    required_arguments = 1
    option_spec = {"lesson": directives.unchanged_required}  # noqa: RUF012
    has_content = True

    def run(self):
        rows = rows_of(self.content)
        total = int(self.arguments[0])
        if sum(minutes for minutes, _ in rows) != total:
            LOG.warning(
                "the plan takes %d minutes, not %d",
                *(sum(minutes for minutes, _ in rows), total),
                location=self.get_location(),
            )
        known = self.look("exercises", self.options["lesson"]) or {}
        for minutes, text in rows:
            need = sum(known[number][1] for number in EX.findall(text) if number in known)
            if need > minutes:
                message = "%d minutes for exercises that take %d"
                LOG.warning(message, minutes, need, location=self.get_location())
        done = {number for _, text in rows for number in EX.findall(text)}
        left = {number: m for number, (_, m) in known.items() if number not in done}
        return [self.table(rows), self.homework(left)]

    def table(self, rows) -> nodes.table:
        """Clock, minutes, what happens."""
        table = nodes.table(classes=["plan"])
        group = nodes.tgroup(cols=3)
        table += group
        for width in (12, 10, 78):
            group += nodes.colspec(colwidth=width)
        head, body, clock = nodes.thead(), nodes.tbody(), 0
        head += self.row(map(nodes.Text, ("From", "Minutes", "What happens")))
        for minutes, text in rows:
            inline, _ = self.state.inline_text(text, self.lineno)
            cells = [nodes.Text(f"0:{clock:02}" if clock < 60 else f"1:{clock - 60:02}")]
            body += self.row([*cells, nodes.Text(str(minutes)), inline])
            clock += minutes
        group += [head, body]
        return table

    @staticmethod
    def row(cells) -> nodes.row:
        """One line of the table."""
        row = nodes.row()
        for cell in cells:
            entry, paragraph = nodes.entry(), nodes.paragraph()
            paragraph += cell
            entry += paragraph
            row += entry
        return row

    def homework(self, left: dict[str, int]) -> nodes.paragraph:
        """What is not done in class."""
        numbers = ", ".join(left)
        text = f"At home: exercises {numbers}, {sum(left.values())} minutes."
        return nodes.paragraph("", text if left else "No exercise is left for home.")


def rows_of(lines) -> list[tuple[int, str]]:
    """Minutes and text of a timetable's rows; one without minutes goes on the row before."""
    rows: list[tuple[int, str]] = []
    for line in lines:
        if found := ROW.match(line):
            rows.append((int(found[1]), found[2]))
        elif line.strip() and rows:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {line.strip()}")
    return rows


class Quoted(FromCourse, SphinxDirective):
    """Something that a lesson or its solutions have, as Markdown."""

    required_arguments = 1

    def markdown(self) -> list[str]:
        """Blocks of Markdown."""
        raise NotImplementedError

    def run(self):
        found = nodes.container(classes=["quoted"])
        for block in self.markdown():
            lines = StringList(block.splitlines(), source=str(self.env.doc2path(self.env.docname)))
            self.state.nested_parse(lines, self.content_offset, found)
        return [found]


class Objectives(Quoted):
    """What a lesson says that a learner will be able to do."""

    def markdown(self):
        return [self.look("part", self.arguments[0], "What you will be able to do") or ""]


class Marking(Quoted):
    """An open exercise and how it is marked, from the source of the solutions."""

    def markdown(self):
        asked, marked = self.look("rubric", self.arguments[0]) or ("", "")
        return [f"**The question.** {asked}", f"**A full answer.** {marked}"]


class Statuses(SphinxDirective):
    """The statuses that grading gives, and what they mean, as its reports say it."""

    def run(self):
        found = nodes.definition_list()
        for status, meaning in report.statuses():
            item = nodes.definition_list_item("", nodes.term("", status))
            item += nodes.definition("", nodes.paragraph("", meaning))
            found += item
        return [found]


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    for name in ("ex", "step", "ask", "slip", "belief"):
        app.add_role(name, LessonRole())
    app.add_directive("plan", Plan)
    app.add_directive("objectives", Objectives)
    app.add_directive("marking", Marking)
    app.add_directive("statuses", Statuses)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
