"""
``python -m classroom concepts``: the sixteen questions on the lessons, on paper and for Moodle.

Each has two parts, an answer and its reason (two-tier, Treagust, 1988), and stands in
concepts.toml, from which the book's page is made, too. Whoever takes the test sees neither the
right letters nor the key. The test is **not validated**: no class has taken it yet.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classroom import gradebook, pages, questions

DATA = Path(__file__).with_name("concepts.toml")
UNKNOWN = "X", "I do not know."
WARNING = "This test is not validated: no class has taken it yet."


@dataclass(frozen=True)
class Item:
    """
    A question in two parts.

    Attributes
    ----------
    number : int
        From 1, in the order of the lessons.
    lesson : int
    about, misconception, text, key : str
        ``text`` is what the taker reads; the others are for the teacher.
    answers, reasons : tuple of str
        The first is A. "I do not know" is not among them.
    right, tempting : str
        Two letters: of an answer and of a reason.
    """

    number: int
    lesson: int
    about: str
    misconception: str
    text: str
    answers: tuple[str, ...]
    reasons: tuple[str, ...]
    right: str
    tempting: str
    key: str

    @property
    def parts(self) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
        """Both parts: "a" or "r", its heading, and each letter with its text."""
        for part, heading, texts in (("a", "Answer", self.answers), ("r", "Reason", self.reasons)):
            letters = [(chr(ord("A") + place), text) for place, text in enumerate(texts)]
            yield part, heading, [*letters, UNKNOWN]


@dataclass(frozen=True)
class Concepts:
    """The questions, and what is said before them."""

    intro: str
    how: str
    items: tuple[Item, ...]


@cache
def load() -> Concepts:
    """The test, with each text in one line."""
    found = _in_lines(tomllib.loads(DATA.read_text("utf-8")))
    items = (Item(number, **item) for number, item in enumerate(found["items"], 1))
    return Concepts(found["intro"], found["how"], tuple(items))


def _in_lines(value):
    if isinstance(value, dict):
        return {key: _in_lines(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(map(_in_lines, value))
    if isinstance(value, str):
        return " ".join(value.split()).replace(" %", "\N{NO-BREAK SPACE}%")
    return value


def moodle() -> bytes:
    """The test as Moodle's XML: a question for each part, two by two."""
    asked = []
    for item in load().items:
        for part, heading, options in item.parts:
            texts = dict(options)
            text = f"{item.number}. {item.text}"
            if part == "r":
                text = f"{item.number}, second part. What is the reason for your answer?"
            question = questions.Question(
                id=f"concept-{item.number:02}{part}",
                section=heading,
                text=text,
                answer=texts[item.right["ar".index(part)]],
                choices=tuple(texts.values()),
                unit="",
                tolerance=0.0,
                explain="",  # feedback would give the second test away
                picture=b"",
                alt="",
                cell="",
            )
            asked.append(question)
    return questions.moodle(
        [questions.Lesson("concepts", "Sixteen questions", tuple(asked), goals=())]
    )


def add_command(commands) -> None:
    """Add ``concepts`` to the command line."""
    parser = commands.add_parser("concepts", help="write the test of sixteen questions")
    parser.add_argument("--out", type=Path, required=True, help="a folder for its three files")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command."""
    test = load()
    options.out.mkdir(parents=True, exist_ok=True)
    gradebook.write(options.out / "sheet.html", pages.concepts(test, WARNING))
    gradebook.write(options.out / "key.html", pages.concepts_key(test, WARNING))
    (options.out / "moodle.xml").write_bytes(moodle())
    print(f"sheet.html, key.html and moodle.xml in {options.out}. {WARNING}")
    return 0
