"""The calibration explorer: a reliability diagram, and one temperature for all answers."""

from __future__ import annotations

import numpy as np
import traitlets as t
from numpy.typing import ArrayLike

from logitlab import plots
from logitlab.distributions import softmax

from ._shared import (
    Explorer,
    Goal,
    View,
    check_range,
    check_slider,
    knobs_for,
    linked_sliders,
    module,
    own_goal,
    style,
)

MEASURES = {  # both written with two decimals and no unit
    "loss": ("log loss", "perplexity"),
    "error": ("calibration error", "perplexity"),
}


class CalibrationView(View):
    """The drawing. Its module computes the bins and the scores."""

    _esm = module("calibration")
    _css = style("drawing", "calibration")
    scores = t.Bytes().tag(sync=True)
    labels = t.List(t.Int()).tag(sync=True)
    bins = t.Int(10).tag(sync=True)
    temperature = t.Float(1.0).tag(sync=True)


def calibration_explorer(
    scores: ArrayLike,
    labels: ArrayLike,
    *,
    bins: int = 10,
    temperature: float = 1.0,
    goal: Goal | None = None,
    title: str = "Confidence and truth",
    temperature_range: tuple[float, float] = (0.05, 5.0),
) -> Explorer:
    """How often answers of each confidence are right, and a slider that divides all scores by T.

    Parameters
    ----------
    scores : array_like, shape (n, classes)
        A logit for each answer to each question; finite.
    labels : array_like of int, shape (n,)
        Which answer is right.
    bins : int
        Ranges of confidence, of equal width.
    temperature : float
        Where the slider starts.
    goal : Goal, optional
        Its measure is ``"loss"`` (mean surprisal of the right answers, in nats) or ``"error"``
        (expected calibration error).
    title : str
        Says above the picture what it shows.
    temperature_range : (float, float)
        Ends of the slider.

    Returns
    -------
    ipywidgets.VBox
        Alive without a kernel.

    Raises
    ------
    ValueError
        For an argument that cannot be shown, naming it and its value.
    """
    z = np.asarray(scores, dtype=np.float64)
    if z.ndim != 2 or not z.size or not np.isfinite(z).all():
        raise ValueError(f"scores must be finite numbers (n, classes), got shape {z.shape}")
    y = np.asarray(labels)
    if y.shape != z.shape[:1] or y.dtype.kind not in "iu" or not ((y >= 0) & (y < len(z.T))).all():
        raise ValueError(f"labels must be one class for each row of scores, got {labels!r:.80}")
    if isinstance(bins, bool) or not isinstance(bins, int) or not 1 <= bins <= 20:
        raise ValueError(f"bins must be a whole number from 1 to 20, got {bins!r}")
    low, high = check_range(temperature_range)
    check_slider("temperature", temperature, low, high, 0.01)
    view = CalibrationView(
        title=title,
        scores=z.astype("<f8").tobytes(),
        labels=y.tolist(),
        bins=bins,
        goal=own_goal(goal, MEASURES),
        temperature=float(temperature),
    )
    start = {"temperature": float(temperature)}
    panel = {f"T = {temperature:g}": softmax(z / temperature)}
    figure, words = plots.reliability(panel, y, bins)
    return Explorer(
        [*linked_sliders(view, start, knobs_for(temperature, low, high, len(z.T))), view],
        words=f"{title}. {words}",
        picture=lambda: figure,
    )
