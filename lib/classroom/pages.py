"""The HTML that grading writes: self-contained, readable offline, and nothing in it runs."""

import re
from collections.abc import Iterable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from classroom.names import visible


def feedback(student: str, title: str, work) -> str:
    """What a student gets back on one notebook; `work` is a `report.Work`."""
    return _page("feedback", student=student, title=title, work=work)


def open_questions(questions: Iterable[tuple]) -> str:
    """Every answer that a person has to read: the question, and (name, text) of the answers."""
    return _page("open_questions", questions=questions)


def summary(s, meanings: Iterable[tuple[str, str]]) -> str:
    """The teacher's page on a `report.Summary`; `meanings` are the statuses and what they mean."""
    return _page("summary", summary=s, meanings=meanings)


def concepts(test, warning: str) -> str:
    """The sixteen questions as a sheet to print; `test` is a `concepts.Concepts`."""
    return _page("concept_sheet", test=test, warning=warning)


def concepts_key(test, warning: str) -> str:
    """What is right in them, and which misconception each looks for."""
    return _page("concept_key", test=test, warning=warning)


def concepts_form(test) -> str:
    """The same questions as a part of a page, to be taken there."""
    return _page("concept_form", test=test)


def _page(name: str, **values) -> str:
    return _environment().get_template(f"{name}.html.j2").render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("classroom"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"g": "{:g}".format, "markdown": _markdown}
    return environment


def _shown(value):
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _markdown(text: str) -> Markup:
    """A rubric of ours as HTML, without what folds it."""
    text = re.sub(r"</?details>|<summary>.*?</summary>", "", text).strip()
    return Markup(MarkdownIt("commonmark", {"html": False}).render(text))
