"""The bias explorer: a student that never saw one class, and one number to move."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import traitlets as t
from numpy.typing import ArrayLike

from ._shared import Explorer, Goal, View, choice, module, own_goal, slider, style

LOW, HIGH, STEP = -2.0, 6.0, 0.1


class BiasView(View):
    """The drawing. Its module counts."""

    _esm = module("bias")
    _css = style("drawing")
    digit = t.Int().tag(sync=True)
    names = t.List(t.Unicode()).tag(sync=True)
    students = t.List(t.Dict()).tag(sync=True)
    range = t.List(t.Float()).tag(sync=True)
    student = t.Int(0).tag(sync=True)
    bias = t.Float(0.0).tag(sync=True)


def bias_explorer(
    students: Mapping[str, ArrayLike],
    labels: ArrayLike,
    digit: int,
    *,
    goal: Goal | None = None,
    title: str = "One bias",
) -> Explorer:
    """How many images each student gets right as the bias of one class is raised.

    Parameters
    ----------
    students : mapping of str to array_like, shape (n, classes)
        What a reader calls each student, and its logits.
    labels : array_like of int, shape (n,)
    digit : int
        The class whose bias moves.
    goal : Goal, optional
        Its measure is ``"errors"``, in all.
    title : str
        Says above the picture what it shows.

    Returns
    -------
    ipywidgets.VBox
        Alive without a kernel.

    Raises
    ------
    ValueError
        For no student, logits that do not fit the labels, or another measure.
    """
    y = np.asarray(labels)
    if not isinstance(students, Mapping) or not students:
        raise ValueError(f"students must be a mapping of names to logits, got {students!r:.80}")
    for name, z in students.items():
        if np.ndim(z) != 2 or len(z) != len(y):
            raise ValueError(f"students: {name!r} must have {len(y)} rows, got {np.shape(z)}")
    sent = [_sent(np.asarray(z, dtype=float), y, digit) for z in students.values()]
    view = BiasView(
        title=title,
        digit=int(digit),
        names=list(students),
        students=sent,
        range=[LOW, HIGH],
        goal=own_goal(goal, {"errors": ("errors", "kept")}),
    )
    control = slider(f"Bias of the {digit}", 0.0, LOW, HIGH, STEP, view, "bias")
    picker = choice("Student", list(students), view, "student")
    return Explorer([picker, control, view], words=_words(title, list(students), sent, digit))


def _sent(z, y, digit) -> dict:
    """For each image: how much bias turns it into the digit, and what it is called until then."""
    others = z.copy()
    others[:, digit] = -np.inf
    return {
        "margin": np.round(others.max(axis=1) - z[:, digit], 3).tolist(),
        "isDigit": (y == digit).tolist(),
        "otherRight": (others.argmax(axis=1) == y).tolist(),
    }


def _words(title, names, sent, digit) -> str:
    """Each student without a bias and with its best one."""
    lines = [f"{title}."]
    for name, s in zip(names, sent, strict=True):
        margin, three, right = (np.array(s[k]) for k in ("margin", "isDigit", "otherRight"))

        def at(bias, margin=margin, three=three, right=right):
            called = bias > margin
            return int((called & three).sum()), int((~np.where(called, three, right)).sum())

        best = min(np.arange(LOW, HIGH + STEP, STEP), key=lambda b: at(b)[1])
        lines.append(
            f"{name}: knows {at(0)[0]} of {three.sum()} images of a {digit} and makes {at(0)[1]} "
            f"errors in all; with a bias of {best:.1f} it knows {at(best)[0]} and makes "
            f"{at(best)[1]}."
        )
    return " ".join(lines)
