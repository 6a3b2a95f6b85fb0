"""What teachers' pages take from lessons and grading, so that each thing is written once.

Roles: ``{ex}`1.3` `` an exercise, ``{step}`1.4` `` a step of a lesson, ``{section}`1 The dial` ``
a section or a further part of one by its title, ``{ask}`1-half` `` a question with its answer,
``{slip}`1.4 multiply` `` what the check says to a known wrong answer,
``{belief}`1 creative` `` the misconception of a lesson that has this word in it.
Directives: ``plan`` a timetable, ``objectives`` of a lesson, ``remember`` its last table,
``marking`` of an open exercise, ``statuses`` that grading gives, ``concepts`` sixteen questions.
What a lesson does not have is a warning, and so fails the build.
"""

import re
from pathlib import Path

from classroom import concepts, pages, report
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxRole

from coursebook.course import Course, FromCourse
from coursebook.tables import Html, Shown, Table

ROW = re.compile(r"(\d+) \| +(.*)")
EX = re.compile(r"\{ex\}`(\d+\.\d+)`")


class LessonRole(FromCourse, SphinxRole):
    """A role whose text a lesson gives."""

    def run(self):
        words = [self.text] if self.name in ("ex", "step", "ask") else self.text.split(maxsplit=1)
        method = {"ex": "exercise", "ask": "question"}.get(self.name, self.name)
        found = self.look(getattr(Course, method), *words)
        if found is None:
            return [nodes.Text(self.text)], []
        return self.show(found), []

    def show(self, found) -> list[nodes.Node]:
        """What stands on the page."""
        lesson, _, number = self.text.partition(".")
        if self.name == "ex":
            text = f"{self.text} {found.title}"
            return [self.link("exercises", lesson, text)]
        if self.name == "step":
            return [self.link("notebooks", lesson, f"step {number}, {found}")]
        if self.name == "section":
            return [self.link("notebooks", self.text.split()[0], found.replace("`", ""))]
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


class Plan(Shown):
    """
    A timetable. Each line is ``minutes | what happens``; the clock and the homework are worked out.

    The minutes must add up to the argument, and leave time for the exercises that are named.
    """

    required_arguments = 1
    option_spec = {"lesson": directives.unchanged_required}  # noqa: RUF012
    has_content = True

    def run(self):
        blocks = self.look(plan, self.options["lesson"], int(self.arguments[0]), self.content)
        return self.show(blocks or ())


def plan(course: Course, lesson: str, total: int, lines) -> list[Table | str]:
    """The timetable, and the exercises that are left for home."""
    known, timetable, clock, done = course.exercises(lesson), [], 0, set()
    for minutes, text in rows_of(lines):
        timetable.append([f"{clock // 60}:{clock % 60:02}", str(minutes), text])
        clock += minutes
        named = [number for number in EX.findall(text) if number in known]
        done.update(named)
        if (need := sum(known[number].minutes for number in named)) > minutes:
            course.problems.append(f"{minutes} minutes for exercises that take {need}")
    if clock != total:
        course.problems.append(f"the plan takes {clock} minutes, not {total}")
    table = Table(["From", "Minutes", "What happens"], timetable, classes=["plan"])
    home = []
    for what, core in {"At home": True, "Further": False}.items():
        left = {n: told.minutes for n, told in known.items() if told.core is core}
        left = {n: minutes for n, minutes in left.items() if n not in done}
        if left:
            home.append(f"{what}: exercises {', '.join(left)}, {sum(left.values())} minutes.")
    return [table, " ".join(home) or "No exercise is left for home."]


def rows_of(lines) -> list[tuple[int, str]]:
    """Minutes and text of a timetable's rows; one without minutes goes on the row before."""
    rows: list[tuple[int, str]] = []
    for line in lines:
        if found := ROW.match(line):
            rows.append((int(found[1]), found[2]))
        elif line.strip() and rows:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {line.strip()}")
    return rows


def objectives(course: Course, lesson: str) -> list[str]:
    """What a lesson says that a learner will be able to do."""
    return [quoted(course.part(lesson, "What you will be able to do"))]


def remember(course: Course, lesson: str) -> list[str]:
    """What a lesson wants remembered: its tables, and the sentences that it sets in bold."""
    blocks = course.part(lesson, "What to remember").split("\n\n")
    kept = [block for block in blocks if block.startswith(("|", "**"))]
    return ["\n\n".join(["::::{container} remember", *kept, "::::"])]


def marking(course: Course, exercise: str) -> list[str]:
    """An open exercise and how it is marked, from the source of the solutions."""
    asked, marked = course.rubric(exercise)
    return [quoted(f"**The question.** {asked}", f"**A full answer.** {marked}")]


def quoted(*texts: str) -> str:
    """Markdown that a lesson or its solutions have."""
    text = "\n\n".join(texts)
    return f"::::{{container}} quoted\n{text}\n::::"


def statuses(course: Course) -> list[str]:
    """The statuses that grading gives, and what they mean, as its reports say it."""
    return ["\n\n".join(f"{status}\n: {meaning}" for status, meaning in report.statuses())]


def questions(course: Course) -> list[Html]:
    """The sixteen questions, to be taken on the page; the right letters are not on it."""
    course.files.add(concepts.DATA)
    return [Html(pages.concepts_form(concepts.load()), script="concepts.js")]
