"""The picture that stands for the course where somebody shares a link."""

from io import BytesIO

import matplotlib
import numpy as np
from logitlab import plots, softmax
from matplotlib.figure import Figure

TOKENS = ["approve", "reject", "review", "escalate", "delay"]
TOKENS += ["audit", "optimize", "notify", "assign", "close"]
LOGITS = np.array([2.2, 1.8, 1.4, 0.9, 0.2, 0.1, -0.3, -0.6, -0.8, -1.0])


def draw() -> bytes:
    """A PNG of 1200 by 630 pixels: the title, and one distribution as bars."""
    with matplotlib.rc_context({"font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(12, 6.3), dpi=100, facecolor="#ffffff")
        figure.text(0.06, 0.80, "The Whole Distribution", size=44, weight="bold", color=plots.INK)
        figure.text(
            0.06, 0.70, "How a language model chooses its next token", size=23, color="#57606a"
        )
        axes = figure.add_axes((0.06, 0.15, 0.88, 0.46))
        probs = softmax(LOGITS)
        colours = [plots.colour(0)] + [plots.GREY] * 9
        axes.bar(range(10), probs, color=colours, width=0.8)
        for place, p in enumerate(probs):
            axes.text(place, p + 0.008, f"{100 * p:.1f} %", ha="center", size=14, color=plots.INK)
        axes.set_xticks(range(10), TOKENS, size=15, color=plots.INK)
        axes.set_yticks([])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        buffer = BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
