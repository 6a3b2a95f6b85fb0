"""The nucleus explorer: the running sum of the sorted probabilities, and a threshold to move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import traitlets as t
from numpy.typing import ArrayLike

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

MEASURES = (*LABELS, "top_p")
NAMED = 100  # tokens, from the top, whose names travel


class NucleusView(View):
    """The drawing. Its module computes the running sum and the nucleus."""

    _esm = module("nucleus")
    _css = style("drawing", "nucleus")
    labels = t.List(t.Unicode()).tag(sync=True)
    hues = t.List(t.Int()).tag(sync=True)
    logits = t.Bytes().tag(sync=True)
    counts = t.Bytes().tag(sync=True)
    knobs = t.List(t.Unicode()).tag(sync=True)
    temperature = t.Float(1.0).tag(sync=True)
    top_p = t.Float(0.9).tag(sync=True)


def nucleus_explorer(
    tokens: Sequence[str],
    logits: ArrayLike,
    *,
    knobs: Sequence[str] | Mapping[str, float] = ("top_p",),
    goal: Goal | None = None,
    title: str = "The nucleus",
    temperature_range: tuple[float, float] = (0.05, 5.0),
) -> Explorer:
    """The running sum over the tokens, likeliest first; top-p cuts it, the nucleus is shaded.

    Parameters
    ----------
    tokens : sequence of str, length vocab
    logits : array_like, shape (vocab,)
    knobs : sequence of str, or mapping of str to float
        ``top_p``, and ``temperature`` if it is to move too; it acts first. A mapping also says
        where each starts; top_p starts at 0.9.
    goal : Goal, optional
        Besides the usual measures, ``"top_p"`` is the slider's own value.
    title : str
        Says above the picture what it shows.
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
    vocabulary = Vocabulary.of(tokens, logits, ids_of(tokens, check_goal(goal)))
    every = knobs_for(1.0, low, high, len(tokens))
    possible = {name: every[name] for name in ("temperature", "top_p")}
    starts = starts_of(knobs, possible)
    if "top_p" not in starts:
        raise ValueError(f"knobs must hold top_p, got {knobs!r}")
    if not isinstance(knobs, Mapping):
        starts["top_p"] = 0.9
    shown = min(NAMED, len(tokens))
    view = NucleusView(
        title=title,
        labels=vocabulary.labels(shown),
        hues=vocabulary.hues(shown),
        **vocabulary.traits(),
        knobs=list(starts),
        goal=describe_goal(goal, vocabulary, MEASURES),
        **starts,
    )
    at = starts.get("temperature", 1.0), starts["top_p"]
    return Explorer(
        [*linked_sliders(view, starts, possible), view],
        words=_picture.nucleus_words(title, vocabulary, *at),
        picture=lambda: _picture.nucleus(vocabulary, *at),
    )
