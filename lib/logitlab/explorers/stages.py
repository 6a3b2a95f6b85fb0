"""The stages explorer: the same processors in several orders, and what each stage leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import traitlets as t
from numpy.typing import ArrayLike

from logitlab.processors import Pipeline

from . import _picture
from ._shared import (
    LABELS,
    Explorer,
    Goal,
    View,
    Vocabulary,
    check_goal,
    check_range,
    check_tokens,
    describe_goal,
    ids_of,
    knobs_for,
    linked_sliders,
    module,
    starts_of,
    style,
)

MEASURES = (*LABELS, "difference")
POSSIBLE = ("temperature", "top_k", "top_p", "min_p")
NAMED = 20  # tokens, from the top, with a name and a piece of their own
SETTING = {"temperature": "T", "top_k": "k", "top_p": "p", "min_p": "p"}


class StagesView(View):
    """The drawing. ``lanes`` follows what the learner reorders."""

    _esm = module("stages")
    _css = style("drawing", "stages")
    labels = t.List(t.Unicode()).tag(sync=True)
    hues = t.List(t.Int()).tag(sync=True)
    logits = t.Bytes().tag(sync=True)
    counts = t.Bytes().tag(sync=True)
    knobs = t.List(t.Unicode()).tag(sync=True)
    lanes = t.List(t.Dict()).tag(sync=True)
    temperature = t.Float(1.0).tag(sync=True)
    top_k = t.Int(0).tag(sync=True)
    top_p = t.Float(1.0).tag(sync=True)
    min_p = t.Float(0.0).tag(sync=True)


def stages_explorer(
    tokens: Sequence[str],
    logits: ArrayLike,
    lanes: Mapping[str, Sequence[str]],
    *,
    knobs: Mapping[str, float],
    goal: Goal | None = None,
    title: str = "Stage by stage",
    temperature_range: tuple[float, float] = (0.05, 5.0),
) -> Explorer:
    """What each processor leaves, in one or two orders side by side; buttons change an order.

    Parameters
    ----------
    tokens : sequence of str, length vocab
    logits : array_like, shape (vocab,)
    lanes : mapping of str to sequence of str
        One or two orders by name. Each lists every knob once.
    knobs : mapping of str to float
        Where each of temperature, top_k, top_p, min_p starts; the lanes share them.
    goal : Goal, optional
        On the end of the first lane. ``"difference"`` is how many tokens the first lane keeps
        beyond those that the second keeps.
    title : str
        Name for a screen reader.
    temperature_range : (float, float)
        Ends of the temperature's slider.

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
    measures = check_goal(goal)
    vocabulary = Vocabulary.of(tokens, logits, ids_of(tokens, measures))
    every = knobs_for(1.0, low, high, len(tokens))
    possible = {name: every[name] for name in POSSIBLE}
    if not isinstance(knobs, Mapping):
        raise ValueError(f"knobs must say where each starts, got {knobs!r}")
    starts = starts_of(knobs, possible)
    if not isinstance(lanes, Mapping) or not 1 <= len(lanes) <= 2:
        raise ValueError(f"lanes must hold one or two orders by name, got {lanes!r}")
    for name, order in lanes.items():
        if isinstance(order, str) or sorted(order) != sorted(starts):
            raise ValueError(
                f"lanes must list {', '.join(starts)} once each, got {name!r}: {order!r}"
            )
    if measures == ["difference"] and len(lanes) < 2:
        raise ValueError("measure 'difference' compares two lanes, got one")
    shown = min(NAMED, len(tokens))
    view = StagesView(
        title=title,
        labels=vocabulary.labels(shown),
        hues=vocabulary.hues(shown),
        **vocabulary.traits(),
        knobs=list(starts),
        lanes=[{"name": name, "order": list(order)} for name, order in lanes.items()],
        goal=describe_goal(goal, vocabulary, MEASURES),
        **starts,
    )
    records = {
        name: Pipeline([(step, {SETTING[step]: starts[step]}) for step in order]).stages(
            vocabulary.raw
        )
        for name, order in lanes.items()
    }
    return Explorer(
        [*linked_sliders(view, starts, possible), view],
        words=_picture.stages_words(title, vocabulary, records),
        picture=lambda: _picture.stages(vocabulary, records),
    )
