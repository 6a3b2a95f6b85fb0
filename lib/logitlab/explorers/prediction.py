"""Predict, commit, reveal: a question whose answer is shown after the learner's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import anywidget
import traitlets as t
from matplotlib.figure import Figure

from logitlab.plots import png

from ._shared import Explorer, is_number, module, sent, style

_asked: dict[str, Prediction] = {}  # by id; what `surprises` lists


class Prediction(anywidget.AnyWidget):
    """One question. ``guess`` and ``committed`` follow what the learner does."""

    _esm = module("prediction")
    _css = style("question")
    name = t.Unicode().tag(sync=True)
    question = t.Unicode().tag(sync=True)
    answer = t.Union([t.Float(), t.Unicode()]).tag(sync=True)
    choices = t.List(t.Unicode()).tag(sync=True)
    unit = t.Unicode().tag(sync=True)
    tolerance = t.Float(0.0).tag(sync=True)
    explain = t.Unicode().tag(sync=True)
    figure = t.Bytes(b"").tag(sync=True)
    alt = t.Unicode().tag(sync=True)
    guess = t.Union([t.Float(), t.Unicode()], allow_none=True, default_value=None).tag(sync=True)
    committed = t.Bool(False).tag(sync=True)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/plain"] = self.words()
        return bundle

    def words(self) -> str:
        """The question as plain text; the answer stays hidden."""
        choices = f" ({', '.join(self.choices)})" if self.choices else ""
        return f"{self.question}{choices}"


def predict(
    id: str,
    question: str,
    answer: float | str,
    *,
    choices: Sequence[str] | None = None,
    unit: str = "",
    tolerance: float = 0,
    explain: str = "",
    figure: tuple[Figure, str] | None = None,
) -> Prediction:
    """Ask for a guess; show the answer beside it once it is committed, or when it is skipped.

    Parameters
    ----------
    id : str
        Names the guess in the browser's local storage ("logitlab:<id>"), so that it is still
        there when the page is opened again.
    question : str
        What is asked. ``*emphasis*`` and ```code``` are shown as such, here and in `explain`.
    answer : float or str
        A number, or one of `choices`.
    choices : sequence of str, optional
        Shown as radio buttons. Without them a number is asked for.
    unit : str
        Unit of the number, as "%" or "tokens".
    tolerance : float
        A guess this near counts as right.
    explain : str
        Shown with the answer. An empty line begins a new paragraph.
    figure : (matplotlib figure, str), optional
        A picture with its text alternative, shown with the answer.

    Returns
    -------
    anywidget.AnyWidget
        Alive without a kernel.

    Raises
    ------
    ValueError
        For an argument that makes no question, naming it and its value.
    """
    for name, value in (("id", id), ("question", question)):
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{name} must be text, got {value!r}")
    for name, value in (("unit", unit), ("explain", explain)):
        if not isinstance(value, str):
            raise ValueError(f"{name} must be text, got {value!r}")
    if not is_number(tolerance) or tolerance < 0:
        raise ValueError(f"tolerance must be a number >= 0, got {tolerance!r}")
    if choices is None:
        if not is_number(answer):
            raise ValueError(f"answer must be a number when there are no choices, got {answer!r}")
        answer = sent(answer)
    else:
        choices = list(choices) if not isinstance(choices, str) else choices
        unique = isinstance(choices, list) and len(set(map(str, choices))) == len(choices)
        if not unique or len(choices) < 2 or not all(isinstance(c, str) and c for c in choices):
            raise ValueError(f"choices must be two or more different texts, got {choices!r}")
        if answer not in choices:
            raise ValueError(f"answer must be one of {', '.join(choices)}, got {answer!r}")
    image, alt = b"", ""
    if figure is not None:
        if not isinstance(figure, tuple) or len(figure) != 2 or not isinstance(figure[0], Figure):
            raise ValueError(f"figure must be (matplotlib figure, alt text), got {figure!r:.80}")
        drawn, alt = figure
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError(f"figure must come with an alt text, got {alt!r}")
        image = png(drawn)
    _asked[id] = Prediction(
        name=id,
        question=question,
        answer=answer,
        choices=choices or [],
        unit=unit,
        tolerance=float(tolerance),
        explain=explain,
        figure=image,
        alt=alt,
    )
    return _asked[id]


def quiz(items: Sequence[Prediction | Mapping[str, Any]]) -> Explorer:
    """Several predictions, one below the other.

    Parameters
    ----------
    items : sequence
        Results of `predict`, or mappings of its arguments.

    Returns
    -------
    ipywidgets.VBox

    Raises
    ------
    ValueError
        When there is no item, an item is neither, or two have one id.
    """
    questions = []
    for item in items:
        if isinstance(item, Mapping):
            item = predict(**item)
        if not isinstance(item, Prediction):
            raise ValueError(f"items must be predictions or mappings, got {item!r:.80}")
        questions.append(item)
    names = [question.name for question in questions]
    if not names:
        raise ValueError("items must hold a prediction, got none")
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"items must have different ids, got {name!r} twice")
    return Explorer(questions, words="\n".join(q.words() for q in questions))


class Surprises(anywidget.AnyWidget):
    """The table of one's own guesses beside the truth."""

    _esm = module("surprises")
    _css = style("question", "lab")
    items = t.List(t.Dict()).tag(sync=True)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/plain"] = "Your guesses beside the truth, the largest surprise first."
        return bundle


def surprises(prefix: str) -> Surprises:
    """List one's own guesses beside the truth, the largest surprise first.

    The questions are those that `predict` has asked so far in this session; the guesses are read
    from the browser's local storage, where the page left them.

    Parameters
    ----------
    prefix : str
        The beginning that the ids of the questions share, as "1-" for a lesson's.

    Returns
    -------
    anywidget.AnyWidget
        Alive without a kernel.

    Raises
    ------
    ValueError
        When no question was asked whose id begins so.
    """
    if not isinstance(prefix, str):
        raise ValueError(f"prefix must be text, got {prefix!r}")
    rows = [
        {
            "name": name,
            "text": question.question,
            "answer": question.answer,
            "unit": question.unit,
            "tolerance": question.tolerance,
        }
        for name, question in _asked.items()
        if name.startswith(prefix)
    ]
    if not rows:
        raise ValueError(f"prefix must begin the id of a question asked so far, got {prefix!r}")
    return Surprises(items=rows)
