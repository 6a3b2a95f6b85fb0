"""The curve explorer: a measure of the distribution against the temperature."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets as t
from numpy.typing import ArrayLike

from . import _picture
from ._shared import (
    Explorer,
    Goal,
    View,
    Vocabulary,
    check_goal,
    check_range,
    check_slider,
    check_tokens,
    describe,
    describe_goal,
    ids_of,
    module,
    slider,
    style,
)

MEASURES = ("entropy", "perplexity", "top")


class CurveView(View):
    """The drawing. Its module computes the curves from the logits."""

    _esm = module("curve")
    _css = style("drawing")
    logits = t.Bytes().tag(sync=True)
    counts = t.Bytes().tag(sync=True)
    measures = t.List(t.Dict()).tag(sync=True)
    range = t.List(t.Float()).tag(sync=True)
    temperature = t.Float(1.0).tag(sync=True)


def curve_explorer(
    tokens: Sequence[str],
    logits: ArrayLike,
    *,
    measures: Sequence[str] = ("entropy",),
    temperature: float = 1.0,
    goal: Goal | None = None,
    title: str = "Against temperature",
    temperature_range: tuple[float, float] = (0.05, 5.0),
) -> Explorer:
    """Curves of some measures against the temperature, and a slider that moves along them.

    Parameters
    ----------
    tokens : sequence of str, length vocab
    logits : array_like, shape (vocab,)
    measures : sequence of str
        Any of ``"entropy"`` (bits), ``"perplexity"``, ``"top"`` (probability of the most likely
        token) and ``"p:<token>"`` (probability of one token). Probabilities share one panel.
    temperature : float
        Where the marker starts.
    goal : Goal, optional
        A line that is ticked when the measure is reached.
    title : str
        Says above the picture what it shows.
    temperature_range : (float, float)
        Ends of the axis and of the slider.

    Returns
    -------
    ipywidgets.VBox
        Alive without a kernel.

    Raises
    ------
    ValueError
        For an argument that cannot be shown, naming it and its value.
    """
    tokens = check_tokens(tokens)
    low, high = check_range(temperature_range)
    check_slider("temperature", temperature, low, high, 0.01)
    if not isinstance(measures, (tuple, list)) or not measures:
        raise ValueError(f"measures must be a list of names, got {measures!r}")
    alone = ids_of(tokens, [*measures, *check_goal(goal)])
    vocabulary = Vocabulary.of(tokens, logits, alone)
    described = [describe(measure, vocabulary, MEASURES) for measure in measures]
    view = CurveView(
        title=title,
        **vocabulary.traits(),
        measures=described,
        range=[low, high],
        goal=describe_goal(goal, vocabulary, MEASURES),
        temperature=float(temperature),
    )
    start = float(temperature)
    control = slider("Temperature T", start, low, high, 0.01, view, "temperature")
    return Explorer(
        [control, view],
        words=_picture.curve_words(title, vocabulary, described, low, high),
        picture=lambda: _picture.curves(vocabulary, described, low, high),
    )
