"""The teacher explorer: an image, and what a teacher says about it at any tau."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import traitlets as t
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from logitlab.distributions import softmax
from logitlab.information import entropy
from logitlab.plots import colour, percent

from ._shared import (
    Explorer,
    Goal,
    View,
    check_goal,
    check_slider,
    check_tokens,
    choice,
    goal_numbers,
    module,
    slider,
    style,
    token_id,
)

LOW, HIGH = 0.5, 20.0


class TeacherView(View):
    """The drawing. Its module softens the logits."""

    _esm = module("teacher")
    _css = style("drawing", "teacher")
    names = t.List(t.Unicode()).tag(sync=True)
    classes = t.List(t.Unicode()).tag(sync=True)
    images = t.List(t.List(t.Int())).tag(sync=True)
    orders = t.List(t.List(t.Int())).tag(sync=True)
    falling = t.List(t.List(t.Float())).tag(sync=True)
    image = t.Int(0).tag(sync=True)
    tau = t.Float(1.0).tag(sync=True)


def teacher_explorer(
    names: Sequence[str],
    images: ArrayLike,
    logits: ArrayLike,
    *,
    classes: Sequence[str] = tuple("0123456789"),
    tau: float = 1.0,
    goal: Goal | None = None,
    title: str = "What the teacher sees",
) -> Explorer:
    """One image at a time, with the teacher's probabilities under a tau to move.

    Parameters
    ----------
    names : sequence of str, length n
        What a reader calls each image.
    images : array_like, shape (n, 64)
        8 by 8 pixels, ink from 0 to 1.
    logits : array_like, shape (n, classes)
        The teacher's, finite.
    classes : sequence of str
    tau : float
        Where the slider starts; it goes from 0.5 to 20.
    goal : Goal, optional
        Its measure is ``"entropy"`` (bits) or ``"p:<class>"``, of the image that is shown.
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
    names, classes = check_tokens(names), check_tokens(classes)
    ink, z = np.asarray(images, dtype=float), np.asarray(logits, dtype=float)
    if ink.shape != (len(names), 64) or not ((ink >= 0) & (ink <= 1)).all():
        raise ValueError(f"images must be {len(names)} rows of 64 numbers from 0 to 1")
    if z.shape != (len(names), len(classes)) or not np.isfinite(z).all():
        raise ValueError(
            f"logits must be finite, of shape {(len(names), len(classes))}, got shape {z.shape}"
        )
    check_slider("tau", tau, LOW, HIGH, 0.1)
    z = z.round(4)  # the page shows no more; digits beyond would be this processor's own
    orders = np.argsort(-z, axis=1, kind="stable")
    view = TeacherView(
        title=title,
        names=names,
        classes=classes,
        images=np.rint(16 * ink).astype(int).tolist(),
        orders=orders.tolist(),
        falling=np.take_along_axis(z, orders, axis=1).tolist(),
        goal=_goal(goal, classes),
        tau=float(tau),
    )
    control = slider("tau", float(tau), LOW, HIGH, 0.1, view, "tau")
    return Explorer(
        [choice("Image", names, view, "image"), control, view],
        words=_words(title, names[0], classes, z[0]),
        picture=lambda: _picture(ink[0], classes, z[0]),
    )


def _goal(goal: Goal | None, classes: list[str]) -> dict | None:
    (measure,) = check_goal(goal) or [None]
    if measure is None:
        return None
    if measure == "entropy":
        return goal_numbers(goal) | {"kind": "entropy", "label": "entropy"}
    if not isinstance(measure, str) or not measure.startswith("p:"):
        raise ValueError(f"measure must be one of entropy, p:<class>, got {measure!r}")
    index = token_id(classes, measure)
    return goal_numbers(goal) | {"kind": "p", "label": f"P({classes[index]})", "index": index}


TAUS = (1, 4, 20)


def _picture(ink, classes, z) -> Figure:
    """The image, and the bars at three tau."""
    figure = Figure(figsize=(7, 2.6), layout="constrained")
    axes = figure.subplots(1, 1 + len(TAUS), width_ratios=[1.3, 1, 1, 1])
    axes[0].imshow(ink.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
    axes[0].set(xticks=[], yticks=[])
    for axis, tau in zip(axes[1:], TAUS, strict=True):
        p = softmax(z / tau)
        axis.barh(classes, p, color=[colour(i) for i in range(len(classes))], edgecolor="#1f2328")
        axis.set_title(f"tau = {tau}: {entropy(p):.2f} bits", fontsize=9, loc="left")
        axis.set(xlim=(0, 1), xticks=[0, 1])
        axis.tick_params(length=0, labelsize=7)
        axis.invert_yaxis()
        axis.spines[["top", "right"]].set_visible(False)
    return figure


def _words(title, name, classes, z) -> str:
    """The same in a sentence."""
    best = np.argsort(-z, kind="stable")[:3]
    said = []
    for tau in TAUS:
        p = softmax(z / tau)
        said.append(f"at tau = {tau} " + ", ".join(f"{classes[i]} {percent(p[i])}" for i in best))
    return f"{title}. {name}: {'; '.join(said)}."
