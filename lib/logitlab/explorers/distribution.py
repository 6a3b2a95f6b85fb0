"""The distribution explorer: bars of the next token under the knobs of decoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import traitlets as t
from numpy.typing import ArrayLike

from . import _picture
from ._shared import (
    EXACT,
    Explorer,
    Goal,
    View,
    Vocabulary,
    check_goal,
    check_range,
    check_slider,
    check_tokens,
    describe_goal,
    ids_of,
    knobs_for,
    linked_sliders,
    module,
    starts_of,
    style,
)


class DistributionView(View):
    """The drawing. Its module computes everything from the logits and the knobs."""

    _esm = module("distribution")
    _css = style("drawing")
    labels = t.List(t.Unicode()).tag(sync=True)
    hues = t.List(t.Int()).tag(sync=True)
    logits = t.Bytes().tag(sync=True)
    counts = t.Bytes().tag(sync=True)
    seen = t.List(t.Int()).tag(sync=True)
    knobs = t.List(t.Unicode()).tag(sync=True)
    temperature = t.Float(1.0).tag(sync=True)
    top_k = t.Int(0).tag(sync=True)
    top_p = t.Float(1.0).tag(sync=True)
    min_p = t.Float(0.0).tag(sync=True)
    repetition_penalty = t.Float(1.0).tag(sync=True)


def distribution_explorer(
    tokens: Sequence[str],
    logits: ArrayLike,
    *,
    temperature: float = 1.0,
    knobs: Sequence[str] | Mapping[str, float] = ("temperature",),
    goal: Goal | None = None,
    title: str = "Next-token distribution",
    bars: int = 20,
    temperature_range: tuple[float, float] = (0.05, 5.0),
    history: Sequence[int] = (),
) -> Explorer:
    """Bars of the most likely tokens, the rest as one bar, and a slider for each knob.

    Parameters
    ----------
    tokens : sequence of str, length vocab
    logits : array_like, shape (vocab,)
    temperature : float
        Where the temperature starts.
    knobs : sequence of str, or mapping of str to float
        Any of temperature, top_k, top_p, min_p, repetition_penalty; a mapping also says where
        each starts. They act in the order of transformers: penalty, temperature, top-k, top-p,
        min-p. Without a start, a knob begins where it removes nothing (top_k at 100, its most).
    goal : Goal, optional
        A line that is ticked when the measure is reached.
    title : str
        Says above the picture what it shows.
    bars : int
        How many tokens have a bar of their own.
    temperature_range : (float, float)
        Ends of the temperature's slider.
    history : sequence of int
        Ids of the tokens already written, for the repetition penalty.

    Returns
    -------
    ipywidgets.VBox
        Alive without a kernel: the sliders are linked to the drawing in the page.

    Raises
    ------
    ValueError
        For an argument that cannot be shown, naming it and its value.
    """
    tokens = check_tokens(tokens)
    low, high = check_range(temperature_range)
    check_slider("temperature", temperature, low, high, 0.01)
    if not isinstance(bars, (int, np.integer)) or isinstance(bars, bool) or not 1 <= bars <= EXACT:
        raise ValueError(f"bars must be a whole number from 1 to {EXACT}, got {bars!r}")
    measures = check_goal(goal)
    seen = seen_ids(history, len(tokens))
    vocabulary = Vocabulary.of(tokens, logits, alone=[*seen, *ids_of(tokens, measures)])

    possible = knobs_for(float(temperature), low, high, len(tokens))
    starts = starts_of(knobs, possible)
    if "repetition_penalty" in starts and not seen:
        raise ValueError("history must hold the ids already written, got none to penalise")

    settings = {"temperature": float(temperature)} | starts
    view = DistributionView(
        title=title,
        labels=vocabulary.labels(int(bars)),
        hues=vocabulary.hues(bars),
        **vocabulary.traits(),
        seen=[vocabulary.entry_of[i] for i in seen],
        knobs=list(starts),
        goal=describe_goal(goal, vocabulary),
        **settings,
    )
    at = settings, seen, _picture.three(temperature, low, high)
    return Explorer(
        [*linked_sliders(view, starts, possible), view],
        words=_picture.distribution_words(title, vocabulary, *at),
        picture=lambda: _picture.distribution(vocabulary, bars, *at),
    )


def seen_ids(history: Sequence[int], vocab: int) -> list[int]:
    """The distinct ids of a history, in their first order."""
    ids = np.asarray(history)
    if ids.size == 0:
        return []
    if ids.ndim != 1 or not np.issubdtype(ids.dtype, np.integer):
        raise ValueError(f"history must be a list of token ids, got {history!r:.80}")
    for i in ids:
        if not 0 <= i < vocab:
            raise ValueError(f"history must hold ids from 0 to {vocab - 1}, got {i}")
    return list(dict.fromkeys(ids.tolist()))
