"""
The frame that all lessons share: a core and further parts, guesses before their answers, terms.

Run it alone while you write; what it says names the cell: ``pytest tests/notebooks/test_frame.py``.
A lesson is read from its source, and where what it shows matters, as it was built.
"""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from classroom import lesson, sheet
from classroom.widget_state import STATE, VIEW

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "notebooks").glob("*.py"))
SHEETS = [ROOT / "solutions" / source.name for source in SOURCES]
CORE_MINUTES = range(35, 51)
PATH_MINUTES = 8 * 60  # all cores with their exercises
CORE_WORDS = 0.8 * 15_264  # of all cores; the first edition's lessons had 15,264
GUESSES = range(6, 14)  # in a core: questions and goals
CORE_EXERCISES = (4, 5)
WIDTH = 76  # characters of code that a page shows without scrolling

#: Questions whose answer stands above, or beside them below, and why it gives nothing away.
MAY_STAND: dict[str, str] = {}

each_lesson = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
each_sheet = pytest.mark.parametrize("source", SHEETS, ids=lambda path: path.stem)


def report(problems: list[str]) -> None:
    """Fail with one line for each problem."""
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def first_line(cell) -> str:
    return next((line for line in cell.source.splitlines() if line.strip()), "")[:70]


# --- sizes


@each_lesson
def test_a_lesson_begins_with_its_title_and_its_place(source):
    head = lesson.cells(source)[0].source.split("\n")
    assert head[1:3] == ["", "{{ path }}"], f"below the title stands {head[1:3]}"


@each_lesson
def test_a_core_takes_35_to_50_minutes(source):
    core = lesson.size(lesson.of(source).core)
    if core.minutes not in CORE_MINUTES:
        report([f"{core.minutes} minutes: {core}"])


@each_lesson
def test_a_core_asks_about_ten_guesses(source):
    core = lesson.size(lesson.of(source).core)
    if core.questions + core.goals not in GUESSES:
        report([f"{core.questions} questions and {core.goals} goals"])


def test_all_cores_and_their_exercises_take_eight_hours_at_most():
    told = sheet.numbers(ROOT)["lesson"]
    minutes = {name: one["together"] for name, one in told.items()}
    if sum(minutes.values()) > PATH_MINUTES:
        report([f"{sum(minutes.values())} minutes: {minutes}"])


def test_the_cores_are_a_fifth_shorter_than_the_first_edition():
    words = {source.stem: lesson.size(lesson.of(source).core).words for source in SOURCES}
    if sum(words.values()) > CORE_WORDS:
        report([f"{sum(words.values())} words, of {CORE_WORDS:.0f}: {words}"])


@each_lesson
def test_a_core_ends_with_what_to_remember_the_guesses_and_what_is_next(source):
    sections = re.findall(r"^## (.+)", _text(lesson.of(source).core), re.M)
    assert sections[0] == "What you will be able to do"
    assert sections[-3:] == ["What to remember", "Your guesses", "Next"], sections


@each_lesson
def test_each_further_part_says_its_minutes_and_whom_it_is_for(source):
    begins = {
        title: cells[0].source.split("\n", 1)[-1].strip()
        for title, cells in lesson.of(source).further.items()
    }
    report(
        [
            f"{title!r} must begin with *{{{{ minutes }}}} minutes. For whoever ...*: {text[:80]!r}"
            for title, text in begins.items()
            if not re.match(r"\*\{\{ minutes \}\} minutes\. For [^*]+\.\*(\n|$)", text)
        ]
    )


@each_lesson
def test_no_line_of_visible_code_is_wider_than_its_column(source):
    report(
        [
            f"{len(line)} characters: {line}"
            for cell in lesson.cells(source)
            if cell.cell_type == "code" and "hide-input" not in cell.metadata.get("tags", ())
            for line in cell.source.split("\n")
            if len(line) > WIDTH
        ]
    )


@each_lesson
def test_a_place_is_named_by_its_title(source):
    found = re.findall(r".*\b[Ss]teps? \d+.*", _text(lesson.cells(source)))
    report([f"steps have no numbers: {line}" for line in found])


@each_sheet
def test_a_sheet_has_four_or_five_core_exercises_first(source):
    told = sheet.headings(lesson.cells(source))
    core = [number for number, exercise in told.items() if exercise.core]
    assert len(core) in CORE_EXERCISES, core
    numbers = [int(number.split(".")[1]) for number in told]
    assert numbers == list(range(1, len(told) + 1)), numbers


@each_sheet
def test_a_sheet_says_once_what_nbval_does(source):
    head = lesson.cells(source)[0].source
    assert len(re.findall(r"\bnbval\b", head)) == 1, "name nbval once, with what it does"


# --- guess first


class Question(NamedTuple):
    """A question of a built lesson: in which cell, and the state of its widget."""

    at: int
    place: int
    state: dict


class Built(NamedTuple):
    """A built lesson: its cells, the states of its widgets, its questions."""

    cells: list
    states: dict
    questions: list[Question]


@cache
def built(source: Path) -> Built:
    """The lesson as it was built."""
    notebook = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    states = notebook.metadata.get("widgets", {}).get(STATE, {"state": {}})["state"]
    states = {name: model["state"] for name, model in states.items()}
    questions = [
        Question(at, place, state)
        for at, cell in enumerate(notebook.cells)
        for place, state in enumerate(_widgets(cell, states))
        if "question" in state
    ]
    return Built(notebook.cells, states, questions)


def _widgets(cell, states: dict) -> Iterator[dict]:
    """The widgets that a cell shows, with those inside them, in their order."""
    waiting = [
        output["data"][VIEW]["model_id"]
        for output in cell.get("outputs", ())
        if VIEW in output.get("data", {})
    ]
    while waiting:
        state = states.get(waiting.pop(0), {})
        yield state
        inside = [name.removeprefix("IPY_MODEL_") for name in state.get("children", ())]
        waiting = inside + waiting


def asks(cell) -> bool:
    """Whether a cell of code asks questions."""
    return cell.cell_type == "code" and bool({"predict", "quiz"} & {*lesson.calls(cell.source)})


def shown(cell, states: dict) -> str:
    """What is read of a cell by whoever answers nothing: text, prints, tables, alternatives."""
    if cell.cell_type == "markdown":
        return cell.source
    texts = []
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        texts.append(output.get("text", ""))
        if not asks(cell):  # else it is the question's own text
            texts.append(data.get("text/plain", ""))
        if "text/html" in data:
            texts.append(unescape(re.sub(r"<[^>]*>", " ", data["text/html"])))
    goals = [state.get("goal") or {} for state in _widgets(cell, states)]
    return "\n".join([*texts, *(goal.get("text", "") for goal in goals)])


NUMBER = re.compile(r"(?<![\w.,])[-−]?\d[\d,]*(?:\.\d+)?(?!\w)")


def gives_away(text: str, state: dict, digits: int, words: int) -> str:
    """
    Where a text holds the answer of a question; empty if it does not.

    A number counts if, to the decimals that it and the answer have, it is the answer, as it stands
    or as a percentage, and if so much is at least `digits` significant digits; a choice if it has
    at least `words` words. Less is everywhere.
    """
    answer = state["answer"]
    if state["choices"]:
        wanted = _plain(str(answer))
        found = _plain(text).find(wanted) if len(wanted.split()) >= words else -1
        return f"... {_plain(text)[max(0, found - 40) : found + 80]} ..." if found >= 0 else ""
    for number in NUMBER.finditer(text):
        value = number[0].replace(",", "").replace("−", "-")
        for scale in (1, 0.01, 100) if "%" in state["unit"] or abs(answer) < 1 else (1,):
            decimals = min(_decimals(f"{float(value) * scale:.12g}"), _decimals(f"{answer:.6g}"))
            one, other = f"{float(value) * scale:.{decimals}f}", f"{answer:.{decimals}f}"
            significant = one.lstrip("-").replace(".", "").lstrip("0")
            significant = significant if "." in one else significant.rstrip("0")
            if one == other and len(significant) >= digits:
                return f"... {text[max(0, number.start() - 60) : number.end() + 40]!r} ..."
    return ""


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*`]", "", text).casefold().split())


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _told_before(book: Built, question: Question) -> Iterator[tuple[str, str]]:
    """What stands above a question, with what earlier ones reveal; and where that is."""
    for at, cell in enumerate(book.cells[: question.at]):
        yield f"cell {at} ({first_line(cell)})", shown(cell, book.states)
    for other in book.questions:
        if (other.at, other.place) < (question.at, question.place):
            revealed = f"{other.state['explain']}\n{other.state['alt']}"
            yield f"what {other.state['name']} reveals", revealed


def _told_below(book: Built, question: Question) -> Iterator[tuple[str, str, int, int]]:
    """What stands open below a question: text up to the next code, or code that follows at once."""
    for at in range(question.at + 1, len(book.cells)):
        cell = book.cells[at]
        where = f"cell {at} ({first_line(cell)})"
        if cell.cell_type == "markdown":
            yield where, shown(cell, book.states), 2, 2
            continue
        if at == question.at + 1:
            yield where, shown(cell, book.states), 3, 3
        return


def above(book: Built, question: Question) -> list[str]:
    """What gives a question away above it."""
    return [
        f"{question.state['name']} = {question.state['answer']}: {where}: {found}"
        for where, text in _told_before(book, question)
        if (found := gives_away(text, question.state, digits=3, words=3))
    ]


def below(book: Built, question: Question) -> list[str]:
    """What gives a question away below it."""
    return [
        f"{question.state['name']} = {question.state['answer']}: {where}: {found}"
        for where, text, digits, words in _told_below(book, question)
        if (found := gives_away(text, question.state, digits, words))
    ]


@each_lesson
@pytest.mark.parametrize("told", [above, below])
def test_nothing_gives_the_answer_of_an_open_question_away(source, told):
    book = built(source)
    asked = [one for one in book.questions if one.state["name"] not in MAY_STAND]
    report([line for question in asked for line in told(book, question)])


def test_each_exception_is_one():
    for book in map(built, SOURCES):
        for question in book.questions:
            if question.state["name"] in MAY_STAND:
                assert above(book, question) or below(book, question), question.state["name"]
    names = {question.state["name"] for source in SOURCES for question in built(source).questions}
    assert {*MAY_STAND} <= names


@each_lesson
def test_something_happens_between_two_questions(source):
    showing = [cell for cell in built(source).cells if cell.get("outputs")]
    report(
        [
            f"{cell.source[:80]!r} follows {before.source[:80]!r}"
            for before, cell in pairwise(showing)
            if asks(before) and asks(cell)
        ]
    )


def test_what_gives_an_answer_away_is_found_and_the_rest_is_not():
    def number(answer, unit=""):
        return {"answer": answer, "unit": unit, "choices": []}

    choice = {"answer": "it stays as it is", "unit": "", "choices": ["it stays as it is", "no"]}
    for text, state in [
        ("The share is 47.3 %.", number(47.28, "%")),
        ("approve 0.4728", number(47.3, "%")),
        ("0.473", number(0.47283)),
        ("1,234 tokens", number(1234.0)),
        ("so *it stays* as\nit is", choice),
    ]:
        assert gives_away(text, state, 3, 3), (text, state)
    for text, state in [
        ("47 of 100, 0.47, 4.73, v47.3", number(47.28, "%")),
        ("500 draws, 0.5", number(500.0)),
        ("it stays", choice),
    ]:
        assert not gives_away(text, state, 3, 3), (text, state)


# --- terms

EARLY = {"What you will be able to do", "Next"}  # sections that name what is still to come
NEEDED = ("token", "odds", "mass", "surprisal", "nucleus", "perplexity", "MLP", "epoch")
NEEDED += ("learning rate", "logit", "entropy", "softmax")


def terms() -> list[str]:
    """The glossary's words."""
    text = (ROOT / "book" / "glossary.md").read_text("utf-8")
    return re.findall(r"^(\S.*)\n  ", text.partition("```{glossary}\n")[2], re.M)


def _text(cells) -> str:
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def _sentences(cells) -> str:
    """The running text of a lesson: no headings, code, formulas, links, nor what names the rest."""
    text = "\n\n".join(
        cell.source
        for cell in cells
        if cell.cell_type == "markdown"
        and re.sub(r"^#+ ", "", cell.source.split("\n")[0]) not in EARLY
    )
    text = re.sub(r"```.*?```|\$\$.*?\$\$|<[^>]*>", " ", text, flags=re.S)
    text = re.sub(r"`[^`\n]*`|\$[^$\n]*\$|\{\{.*?\}\}|\[[^\]]*\]\([^)]*\)", " ", text)
    return re.sub(r"^#+ .*", "", text, flags=re.M)


def _first_use(term: str, text: str) -> re.Match | None:
    """A term in a text, in the plural too."""
    words = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", term)))
    words = re.sub(r"y$", "(?:y|ie)", words)
    unlike = r"(?<!\ba )" if term == "bit" else ""
    return re.search(rf"(?<![\w-]){unlike}{words}(?:e?s)?(?![\w-])", text, re.I)


def _emphasised(text: str, at: re.Match) -> bool:
    """Whether a match lies between the asterisks of its paragraph."""
    before = text[text.rfind("\n\n", 0, at.start()) + 2 : at.start()]
    return before.count("**") % 2 == 1 or before.replace("**", "").count("*") % 2 == 1


def test_a_term_is_emphasised_where_the_course_first_uses_it():
    lessons = [(source.stem, lesson.of(source)) for source in SOURCES]
    order = [(name, _sentences(one.core)) for name, one in lessons]
    order += [
        (f"{name}, {title}", _sentences(cells))
        for name, one in lessons
        for title, cells in one.further.items()
    ]
    problems = []
    for term in terms():
        for where, text in order:
            if found := _first_use(term, text):
                if not _emphasised(text, found):
                    around = " ".join(text[max(0, found.start() - 60) : found.end() + 30].split())
                    problems.append(f"{term}: first used in {where}, plain: ... {around} ...")
                break
    report(problems)


def test_the_glossary_has_the_words_that_a_newcomer_lacks():
    assert {*NEEDED} <= {*terms()}, {*NEEDED} - {*terms()}
