"""The penalty explorer: what was written, and what the penalties make of the next token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import traitlets as t
from numpy.typing import ArrayLike

from logitlab.distributions import softmax
from logitlab.processors import frequency_penalty, presence_penalty, repetition_penalty

from . import _picture
from ._shared import (
    Explorer,
    Goal,
    Knob,
    View,
    Vocabulary,
    check_goal,
    check_tokens,
    describe_goal,
    ids_of,
    linked_sliders,
    module,
    starts_of,
    style,
)
from .distribution import seen_ids

MOST = 40  # tokens; each has a row


class PenaltyView(View):
    """The drawing. Its module computes the penalties."""

    _esm = module("penalty")
    _css = style("drawing", "penalty")
    labels = t.List(t.Unicode()).tag(sync=True)
    hues = t.List(t.Int()).tag(sync=True)
    row = t.List(t.Float()).tag(sync=True)
    history = t.List(t.Int()).tag(sync=True)
    knobs = t.List(t.Unicode()).tag(sync=True)
    theta = t.Float(1.0).tag(sync=True)
    window = t.Int(0).tag(sync=True)
    frequency = t.Float(0.0).tag(sync=True)
    presence = t.Float(0.0).tag(sync=True)
    shift = t.Float(0.0).tag(sync=True)


def penalty_explorer(
    tokens: Sequence[str],
    logits: ArrayLike,
    history: Sequence[int],
    *,
    knobs: Sequence[str] | Mapping[str, float] = ("theta",),
    goal: Goal | None = None,
    title: str = "The next token under a penalty",
) -> Explorer:
    """Every token's logit before and after the penalties, its rank and its probability.

    Parameters
    ----------
    tokens : sequence of str, length vocab
        At most 40.
    logits : array_like, shape (vocab,)
        Finite.
    history : sequence of int
        Ids of the tokens written so far, oldest first; at least one.
    knobs : sequence of str, or mapping of str to float
        Any of theta, window (how many of the last tokens count), frequency, presence, shift (a
        constant added to all logits first). They act in the order of vLLM and llama.cpp. A
        mapping also says where each starts; without a start, where it changes nothing.
    goal : Goal, optional
        On the probability of a token, ``"p:<token>"``.
    title : str
        Says above the picture what it shows.

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
    if len(tokens) > MOST:
        raise ValueError(f"tokens must be at most {MOST}, got {len(tokens)}")
    measures = check_goal(goal)
    vocabulary = Vocabulary.of(tokens, logits, ids_of(tokens, measures))
    if not np.isfinite(vocabulary.raw).all():
        raise ValueError("logits must be finite, got -inf")
    if not seen_ids(history, len(tokens)):
        raise ValueError("history must hold the ids already written, got none to penalise")
    possible = {
        "theta": Knob("Theta", 1.0, 0.5, 3.0, 0.01),
        "window": Knob("Window", len(history), 0, len(history), 1),
        "frequency": Knob("Frequency", 0.0, -1.0, 2.0, 0.05),
        "presence": Knob("Presence", 0.0, -1.0, 2.0, 0.05),
        "shift": Knob("Added to all logits", 0.0, -6.0, 6.0, 0.1),
    }
    starts = starts_of(knobs, possible)
    view = PenaltyView(
        title=title,
        labels=[vocabulary.labels(len(tokens))[rank] for rank in np.argsort(vocabulary.order)],
        hues=[min(i, 8) for i in range(len(tokens))],
        row=vocabulary.raw.tolist(),
        history=[int(i) for i in history],
        knobs=list(starts),
        goal=describe_goal(goal, vocabulary, ()),
        **starts,
    )
    after = _after(vocabulary.raw, view.history, starts)
    return Explorer(
        [*linked_sliders(view, starts, possible), view],
        words=_words(title, view.labels, vocabulary.raw, after, starts),
        picture=lambda: _picture.penalty(view.labels, view.hues, vocabulary.raw, after),
    )


def _after(logits: np.ndarray, history: Sequence[int], knobs: Mapping[str, float]) -> np.ndarray:
    """The logits after the penalties; penalty.js says the same."""
    window = int(knobs.get("window", len(history)))
    recent = np.array(history[len(history) - window :], dtype=int)
    z = repetition_penalty(logits + knobs.get("shift", 0.0), recent, knobs.get("theta", 1.0))
    z = frequency_penalty(z, recent, knobs.get("frequency", 0.0))
    return presence_penalty(z, recent, knobs.get("presence", 0.0))


def _words(title, labels, before, after, knobs) -> str:
    lead, now = int(before.argmax()), int(after.argmax())
    setting = ", ".join(f"{name} {value:g}" for name, value in knobs.items())
    return (
        f"{title}. At {setting}, {labels[lead]} goes from "
        f"{100 * softmax(before)[lead]:.1f} % to {100 * softmax(after)[lead]:.1f} %; "
        f"the likeliest token is {labels[now]}."
    )
