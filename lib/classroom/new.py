"""
``python -m classroom new``: the start of an exercise, or of a lesson.

What it writes works as it is, a small exercise that is checked and marked. What is to be written in
its place says TO WRITE, and a test refuses what was left.
"""

import json
import keyword
import re
from pathlib import Path

from classroom import ClassroomError, sheet
from classroom.build import read

CHECKS = Path("lib", "logitlab", "checks")

CELLS = '''
# %% [markdown]
# ## {number} `{name}`
#
# *2 points · 6 minutes · easy*
#
# TO WRITE: what is asked. How far is each logit below the largest one?
#
# <details><summary>Hint 1</summary>
#
# TO WRITE: where to look.
#
# </details>
# <details><summary>Hint 2</summary>
#
# TO WRITE: the step that is missing.
#
# </details>

# %% nbgrader={answer}
def {name}(logits):
    """TO WRITE: the largest logit becomes 0, the others are below."""
    ### BEGIN SOLUTION
    return logits - logits.max()
    ### END SOLUTION


# %% nbgrader={check}
check("{number}", {name})
'''

CHECK = '''"""Exercise {number}: TO WRITE, such as each logit's distance from the largest."""

import numpy as np

from ..kit import FunctionExercise


def probes(rng):
    """One row of logits, from plain to nasty."""
    plain = [(np.array([2.2, 1.8, 1.4]),), (rng.normal(0, 2, 12),)]
    tied = [(np.array([0.5, 2.0, 2.0]),)]
    short = [(np.array([-3.5]),)]
    return [*plain, *tied, *short]


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits: logits - logits.max(),
    probes=probes,
    right={{"in Python": lambda logits: [z - max(logits) for z in logits]}},
).known(
    "from_the_smallest: TO WRITE: you took the smallest logit away. Take the largest: max().",
    lambda logits: logits - logits.min(),
    "from_the_first: TO WRITE: the first logit need not be the largest: look for max().",
    lambda logits: logits - logits[0],
)
'''

HEADER = """# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
"""

SHEET = """# # Exercises {number}: {topic}
#
# {{{{ Exercises }}}} exercises to [the lesson](../notebooks/{name}.ipynb), from filled in to blank.
# {{{{ points }}}} points, about {{{{ minutes }}}} minutes; stop anywhere and come back.
#
# - A cell that waits for you ends in `raise NotImplementedError()`. Replace that line.
# - The cell below it checks. It says what it called, what you gave, what it expected and, if it
#   knows the mistake, what you probably did.
# - Stuck: open hint 1, then hint 2, then the
#   [solutions](../solutions/{name}.ipynb).
# - All at once, in a terminal: `make check LESSON={name}`. It calls nbval, which runs every
#   cell again and compares.

# %% nbgrader={setup}
from logitlab import check
"""

LESSON = """# # {number} · {title}
#
# {{{{ path }}}}
#
# TO WRITE: what the lesson is about, in two sentences.
#
# ## What you will be able to do
#
# - TO WRITE: begin with a verb.
#
# ## Three questions first
#
# TO WRITE: from earlier lessons.
#
# ## TO WRITE: the first section
#
# **Exercise {number}.1 now.** TO WRITE: what it is about.
#
# ## What to remember
#
# TO WRITE: what the next lesson rests on.
#
# ## Your guesses
#
# TO WRITE: a cell below with surprises("{number}-"), once there are questions.
#
# ## Next
#
# TO WRITE: where to go from here.
#
# ## Further
#
# ### TO WRITE: a part that stands alone
#
# *{{{{ minutes }}}} minutes. For whoever TO WRITE.*
#
# TO WRITE: what the core can do without.
"""

PLAN = """# Plan {number} · {title}

TO WRITE: the plan of 50 minutes and the plan of 90, the misconceptions, how the open exercise is
marked; as the plans of the other lessons have it.
"""


def add_command(commands) -> None:
    """Add ``new`` to the command line."""
    parser = commands.add_parser("new", help="write the start of an exercise or of a lesson")
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder")
    kinds = parser.add_subparsers(required=True, metavar="kind")
    one = kinds.add_parser("exercise", help="such as: new exercise 3.13 gaps")
    one.add_argument("number", help="the next one of its sheet")
    one.add_argument("name", help="of the function that is asked for")
    one.set_defaults(run=lambda given: _report(exercise(given.root, given.number, given.name)))
    many = kinds.add_parser("lesson", help="such as: new lesson 07_topic")
    many.add_argument("name", help="of its files: the next number and the topic")
    many.set_defaults(run=lambda given: _report(lesson(given.root, given.name)))


def _report(lines: list[str]) -> int:
    print("\n".join(lines))
    return 0


def exercise(root: Path, number: str, name: str) -> list[str]:
    """
    Write an exercise's cells at the end of its sheet, and its check; say what is left to do.

    Raises
    ------
    ClassroomError
        For a number that is not the next one of a sheet, or a name that is no function's.
    """
    found = re.fullmatch(rf"({sheet.NUMBER})\.(\d+)", number)
    if not found:
        raise ClassroomError(f"number must be such as 3.13, got {number!r}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise ClassroomError(f"name must be a function's, such as top_k, got {name!r}")
    source, told = _sheet(root, found[1])
    if number in told:
        raise ClassroomError(f"{number} exists in {source}: {told[number].title}")
    if int(found[2]) != len(told) + 1:
        following = f"{found[1]}.{len(told) + 1}"
        raise ClassroomError(f"the next exercise of {source} is {following}, got {number}")
    if taken := [other for other, it in told.items() if it.title == name]:
        raise ClassroomError(f"{name} is exercise {taken[0]} of {source}")
    folder = root / CHECKS / f"sheet_{source.stem}"
    check = folder / f"e{int(found[2]):02}_{name}.py"
    name_of_cell = number.replace(".", "-")
    values = {
        "number": number,
        "name": name,
        "answer": _grader(f"ex-{name_of_cell}", solution=True),
        "check": _grader(f"check-{name_of_cell}", grade=True, locked=True),
    }
    text = source.read_text("utf-8").rstrip("\n") + "\n"
    source.write_text(text + CELLS.format(**values), "utf-8")
    check.write_text(CHECK.format(**values), "utf-8")
    return [
        f"{source}: the question, two hints, the answer; points and minutes stand in its heading",
        f"{check}: the reference, probes, known mistakes",
        f"By hand: its place in {root / 'notebooks' / source.name} "
        f"(**Exercise {number} now.**), and what says TO WRITE.",
        f"Then: python -m classroom build {source.stem}",
    ]


def lesson(root: Path, name: str) -> list[str]:
    """
    Write a lesson, its sheet with one exercise, and its plan, and enter them in ``_toc.yml``; say
    what is left to do.

    Raises
    ------
    ClassroomError
        For a name that is not the next number and a topic.
    """
    if not re.fullmatch(r"\d\d_[a-z][a-z0-9_]*", name):
        raise ClassroomError(f"name must be such as 07_topic, got {name!r}")
    number, topic = sheet.lesson_number(name), name[3:].replace("_", " ")
    names = sorted(source.stem for source in (root / "notebooks").glob("*.py"))
    if taken := [other for other in names if sheet.lesson_number(other) == number]:
        raise ClassroomError(f"lesson {number} exists: {taken[0]}")
    if number != len(names) + 1:
        raise ClassroomError(f"the next lesson is {len(names) + 1:02}, got {name!r}")
    values = {"number": number, "name": name, "topic": topic, "title": topic.capitalize()}
    values["setup"] = _grader("setup", locked=True)
    folder = root / CHECKS / f"sheet_{name}"
    files = {
        root / "notebooks" / f"{name}.py": HEADER + LESSON,
        root / "solutions" / f"{name}.py": HEADER + SHEET,
        folder / "__init__.py": '"""Exercises of lesson {number}: {topic}."""\n',
        root / "book" / "teachers" / f"{name}.md": PLAN,
    }
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.format(**values), "utf-8")
    _enter(root / "_toc.yml", names[-1], name)
    exercise(root, f"{number}.1", "gaps")
    return [
        *(f"{path}" for path in files),
        f"{folder / 'e01_gaps.py'}",
        "_toc.yml names them.",
        "By hand: what says TO WRITE, and the lesson's place on book/index.md.",
        f"Then: python -m classroom build {name}",
    ]


def _sheet(root: Path, number: str):
    """The source of the sheet whose exercises begin with a number, and its headings."""
    sources = sorted((root / "solutions").glob("*.py"))
    for source in sources:
        told = sheet.headings(read(source).cells)
        own = number.isdigit() and source.stem.startswith(f"{int(number):02}_")
        if own or any(other.split(".")[0] == number for other in told):
            return source, told
    known = ", ".join(source.stem for source in sources)
    raise ClassroomError(f"no sheet has exercises {number}.*; there is: {known}")


def _grader(name: str, grade=False, solution=False, locked=False) -> str:
    """nbgrader's metadata of a cell; its points come from the heading."""
    kinds = {"grade": grade, "solution": solution, "locked": locked, "task": False}
    return json.dumps({"grade_id": name, "schema_version": 3, **kinds}, sort_keys=True)


def _enter(toc: Path, last: str, name: str) -> None:
    """Repeat in the table of contents, for a new lesson, what it has for the last one."""
    text = toc.read_text("utf-8")
    entries = rf"^ +- file: .*{last}\n(?: +entries:\n(?: +- file: .*{last}\n)+)?"
    for entry in re.findall(entries, text, re.M):
        text = text.replace(entry, entry + entry.replace(last, name))
    toc.write_text(text, "utf-8")
