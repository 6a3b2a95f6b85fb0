"""Figures of the lessons, drawn with matplotlib.

Every function returns ``(figure, alt)``: the figure and one or two sentences that say what it
shows, written from the numbers that were drawn. The figure carries those as a table, its
``numbers``. `show` puts all three into a notebook.
"""

import warnings
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from io import BytesIO

import matplotlib
import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from . import _validate
from ._table import Numbers
from .experiments import sweep
from .information import calibration_bins
from .tokens import visible

#: One colour a token, in the order of the tokens (Okabe and Ito), then grey.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
GREY = "#8A8F98"
INK = "#1F2328"
PAPER = "#E9ECEF"

_STYLE = {
    "font.size": 10,
    "font.family": "DejaVu Sans",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.grid": False,
    "figure.dpi": 110,
    "savefig.dpi": 110,
    "legend.frameon": False,
}


@contextmanager
def _style():
    with matplotlib.rc_context(_STYLE):
        yield


def colour(index: int) -> str:
    """Colour of the token at ``index``: the first eight have their own, the rest are grey."""
    return COLOURS[index] if index < len(COLOURS) else GREY


class Chart(Figure):
    """A figure that carries the numbers it was drawn from, as ``numbers``."""

    numbers: Numbers | None = None


def show(figure: Figure, alt: str, numbers: Numbers | None = None) -> None:
    """Display ``figure`` as a PNG whose text alternative is ``alt``, and below it its numbers.

    Parameters
    ----------
    figure : matplotlib figure
    alt : str
    numbers : Numbers, optional
        Those that a figure of this module carries, unless others are given.
    """
    from IPython.display import display

    display(
        {"image/png": png(figure), "text/plain": alt},
        raw=True,
        metadata={"image/png": {"alt": alt}},
    )
    if numbers := numbers or getattr(figure, "numbers", None):
        display(numbers)


def png(figure: Figure) -> bytes:
    """The figure as PNG bytes, the same bytes for the same figure.

    Letters of a script that the font lacks are drawn as boxes, without a warning: a reader meets
    them in the words that go with the figure.
    """
    buffer = BytesIO()
    with _style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+|Matplotlib currently does not support")
        options = {"bbox_inches": "tight", "pil_kwargs": {"optimize": True}}
        figure.savefig(buffer, format="png", metadata={"Software": None}, **options)
    return buffer.getvalue()


def percent(p: float) -> str:
    """``p`` as a percentage a reader can use, as the explorers write it: 34.7 %, < 0.01 %."""
    if p in (0, 1):
        return f"{100 * p:.0f} %"
    if p < 1e-4:
        return "< 0.01 %"
    if p > 0.999:
        return "> 99.9 %"
    return f"{100 * p:.2f} %" if p < 0.01 else f"{100 * p:.1f} %"


def temperature_bars(
    tokens: Sequence[str], logits: ArrayLike, temperatures: Sequence[float]
) -> tuple[Chart, str]:
    """Bars of softmax(logits / T), one panel for each temperature, on one common scale.

    Parameters
    ----------
    tokens : sequence of str, length vocab
    logits : array_like, shape (vocab,)
    temperatures : sequence of float
        One panel each, left to right.
    """
    result = sweep(tokens, logits, temperatures)
    names = [visible(token) for token in tokens]
    n = len(temperatures)
    with _style():
        fig = Chart(figsize=(2.3 * n + 1, 0.28 * len(names) + 0.9), layout="constrained")
        axes = np.atleast_1d(fig.subplots(1, n, sharey=True, sharex=True))
        for ax, T, probs, bits in zip(
            axes, temperatures, result["probs"], result["entropy"], strict=True
        ):
            ax.barh(names, probs, color=[colour(i) for i in range(len(names))], height=0.75)
            for i, p in enumerate(probs):
                ax.text(p + 0.02, i, percent(p), va="center", fontsize=8)
            ax.set(title=f"T = {T:g}   entropy {bits:.2f} bits", xlim=(0, 1.3), xticks=[0, 0.5, 1])
            ax.tick_params(axis="y", length=0)
        axes[0].invert_yaxis()
        fig.supxlabel("probability", fontsize=9)
    fig.numbers = _distributions("Probabilities and entropy.", "token", names, result)
    top = int(np.argmax(logits))
    shares = ", ".join(
        f"{percent(p[top])} at T = {T:g}"
        for T, p in zip(temperatures, result["probs"], strict=True)
    )
    return fig, (
        f"Bar charts of {n} distributions over the same {len(names)} tokens. "
        f"{names[top]} is the longest bar in every panel: {shares}."
    )


def _distributions(caption: str, heading: str, names: Sequence[str], result: dict) -> Numbers:
    """One column a temperature, and the entropies below."""
    each = zip(result["temperatures"], result["probs"], result["entropy"], strict=True)
    columns = {f"T = {T:g}": [*probs, bits] for T, probs, bits in each}
    return Numbers(caption, {heading: [*names, "entropy, bits"]} | columns)


def sweep_figure(
    logits: ArrayLike, temperatures: Sequence[float] = (0.1, 0.5, 1.0, 2.0, 5.0)
) -> tuple[Chart, str]:
    """Eight panels on one vector of logits: five bar charts, two curves and a heatmap.

    Panels 1 to 5 are softmax(logits / T) at five temperatures, on a logarithmic axis from 0.0001 %
    on, with a dashed line at 10 %; 6 and 7 follow the largest
    probability and the entropy (bits) from T = 0.05 to 5; 8 has 50 temperatures from 0.1 to 5 as
    columns and the tokens as rows, coloured on a logarithmic scale from 0.1 % to 100 %.

    Parameters
    ----------
    logits : array_like, shape (vocab,)
    temperatures : sequence of five floats

    Raises
    ------
    ValueError
        If `temperatures` does not hold five values.
    """
    if len(temperatures) != 5:
        raise ValueError(
            f"temperatures must hold 5 values, one a bar chart, not {len(temperatures)}"
        )
    logits = np.asarray(logits, dtype=float)
    tokens = [f"Token {i}" for i in range(logits.size)]
    five = sweep(tokens, logits, temperatures)
    fine = sweep(tokens, logits, np.linspace(0.05, 5, 199))
    columns = sweep(tokens, logits, np.linspace(0.1, 5, 50))
    top = int(logits.argmax())
    with _style():
        fig = Chart(figsize=(11, 8.2), layout="constrained")
        grid = fig.add_gridspec(3, 6)
        spots = [grid[0, 0:2], grid[0, 2:4], grid[0, 4:6], grid[1, 0:2], grid[1, 2:4]]
        bar_axes = [fig.add_subplot(spot) for spot in spots]
        for panel, (ax, T) in enumerate(zip(bar_axes, temperatures, strict=True)):
            _bars_panel(ax, five["probs"][panel], top)
            ax.set_title(f"{panel + 1}   T = {T:g}   entropy = {five['entropy'][panel]:.2f} bits")
        for panel, (spot, measure, label) in enumerate(
            [(grid[1, 4:6], "top", "P(top)"), (grid[2, 4:6], "entropy", "entropy, bits")], start=6
        ):
            ax = fig.add_subplot(spot, facecolor=PAPER)
            ax.plot(fine["temperatures"], fine[measure], color=COLOURS[0], lw=2)
            ax.plot(temperatures, five[measure], "o", mfc="white", mec=INK, ms=7)
            ax.axvline(1, color=INK, lw=1, ls="--")
            ax.set(title=f"{panel}   {label} against T", xlabel="T", ylim=(0, None))
        ax.axhline(np.log2(logits.size), color=GREY, lw=1, ls=":")
        ax.text(5, np.log2(logits.size), f"log2 {logits.size}", ha="right", va="bottom", fontsize=8)
        ax = fig.add_subplot(grid[2, 0:4])
        mesh = ax.pcolormesh(
            columns["temperatures"],
            np.arange(logits.size),
            columns["probs"].T.clip(1e-12),
            norm=LogNorm(1e-3, 1),
            cmap="viridis",
            shading="nearest",
        )
        ax.set(title="8   every token at 50 temperatures", xlabel="T", ylabel="token")
        ax.set_yticks(range(0, logits.size, 5))
        bar = fig.colorbar(mesh, ax=ax, ticks=[1e-3, 1e-2, 1e-1, 1], extend="min", pad=0.01)
        bar.ax.set_yticklabels(["0.1 %", "1 %", "10 %", "100 %"])
    caption = "Panels 1 to 5, and the circles of 6 and 7: probabilities and entropy."
    fig.numbers = _distributions(caption, "token", [str(i) for i in range(logits.size)], five)
    shares = ", ".join(
        f"T = {T:g}: {percent(p)} and {h:.2f} bits"
        for T, p, h in zip(temperatures, five["top"], five["entropy"], strict=True)
    )
    return fig, (
        f"Eight panels on {logits.size} tokens. Largest probability and entropy, {shares}. "
        "The curve of the largest probability falls from 1 as T grows, the curve of the entropy "
        f"rises towards {np.log2(logits.size):.2f} bits, and the heatmap goes from one bright row "
        "at low T to rows of similar brightness at high T."
    )


def _bars_panel(ax, probs, top) -> None:
    """Bars on a logarithmic axis, so that the tail is seen; what is below 0.0001 % is off it."""
    ax.set_facecolor(PAPER)
    ax.bar(range(probs.size), probs, color=COLOURS[0], width=0.8)
    ax.bar([top], probs[[top]], color=COLOURS[0], width=0.8, edgecolor="white", linewidth=2)
    ax.axhline(0.1, color=INK, lw=1, ls="--")
    share = percent(probs[top])
    label = f"P(top) {share}" if share.startswith(">") else f"P(top) = {share}"
    left = top < probs.size / 2
    ax.text(top - 0.4 if left else top + 0.4, 1.5, label, ha="left" if left else "right")
    ax.set(yscale="log", ylim=(1e-6, 8), xlabel="token", ylabel="probability")
    ax.set_xticks(range(0, probs.size, 5))
    ax.set_yticks([1e-6, 1e-4, 1e-2, 1], ["0.0001 %", "0.01 %", "1 %", "100 %"])
    ax.minorticks_off()


def curves(
    x: ArrayLike,
    lines: dict[str, ArrayLike],
    *,
    xlabel: str,
    ylabel: str,
    title: str = "",
    log_x: bool = False,
    markers: bool = False,
    tokens: Sequence[str] | None = None,
) -> tuple[Chart, str]:
    """Lines over a common x, each labelled at its right end.

    Parameters
    ----------
    x : array_like, shape (n,)
    lines : dict of str to array_like, shape (n,)
        Label and values of each line; at most eight.
    xlabel, ylabel, title : str
    log_x : bool
        Logarithmic x axis.
    markers : bool
        Mark the points themselves.
    tokens : sequence of str, length n, optional
        The token at each point. The table of the numbers then lists every point; without tokens it
        lists up to 25, and of more the ends, round values of x, and each line's highest and lowest.
    """
    x = np.asarray(x, dtype=float)
    with _style():
        fig = Chart(figsize=(7.2, 3.4), layout="constrained")
        ax = fig.subplots()
        styles = ("-", "--", "-.", ":")
        for i, (label, y) in enumerate(lines.items()):
            y = np.asarray(y, dtype=float)
            style = {"color": colour(i), "ls": styles[i % 4], "lw": 2}
            ax.plot(x, y, marker="o" if markers else None, ms=5, label=label, **style)
        if len(lines) > 1:
            ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
        ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
        if log_x:
            ax.set_xscale("log")
            marks = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000, 10_000)
            ticks = [
                t
                for t in marks
                if x[0] <= t <= x[-1] and (x[-1] < 1000 or t in 10.0 ** np.arange(5))
            ]
            ax.set_xticks(ticks, [f"{t:,g}" for t in ticks])
            ax.minorticks_off()
    rows = np.arange(x.size) if tokens else _telling(x, lines.values(), log_x)
    caption = f"{': '.join(filter(None, (title, ylabel)))}."
    if rows.size < x.size:
        caption += f" {rows.size} of the {x.size:,} points drawn."
    columns = {xlabel: x[rows]} | ({"token": list(map(visible, tokens))} if tokens else {})
    columns |= {label: np.asarray(y)[rows] for label, y in lines.items()}
    fig.numbers = Numbers(caption, columns)
    said = "; ".join(
        f"{label} goes from {np.asarray(y)[0]:.3g} to {np.asarray(y)[-1]:.3g}"
        for label, y in lines.items()
    )
    return fig, f"{ylabel} against {xlabel}, from {x[0]:g} to {x[-1]:g}: {said}."


def _telling(x: np.ndarray, lines: Iterable[ArrayLike], log_x: bool) -> np.ndarray:
    """Places of the points that a table of a curve lists."""
    if x.size <= 25:
        return np.arange(x.size)
    if log_x:
        powers = 10.0 ** np.arange(np.floor(np.log10(x[0])), np.log10(x[-1]) + 1)
        round_values = np.outer(powers, [1, 2, 5]).ravel()
    else:
        round_values = MaxNLocator(20, steps=[1, 2, 5, 10]).tick_values(x[0], x[-1])
    inside = round_values[(round_values > x[0]) & (round_values < x[-1])]
    nearest = np.abs(x[:, None] - inside).argmin(axis=0)
    extremes = [f(y) for y in lines for f in (np.argmin, np.argmax)]
    return np.unique([0, *nearest, *extremes, x.size - 1])


def staircase(tokens: Sequence[str], probs: ArrayLike, u: float) -> tuple[Chart, str]:
    """The cumulative distribution as stairs, and the token that the number ``u`` lands on.

    Parameters
    ----------
    tokens : sequence of str, length vocab
    probs : array_like, shape (vocab,)
    u : float
        A number in [0, 1), drawn uniformly when sampling.

    Raises
    ------
    ValueError, TypeError
        If the probabilities are no distribution over the tokens, or u is not from 0 to below 1.
    """
    probs = _validate.probs(probs)
    names = [visible(token) for token in tokens]
    if probs.shape != (len(names),):
        raise ValueError(f"probs must be one for each of {len(names)} tokens, got {probs.shape}")
    if not 0 <= _validate.real(u, "u") < 1:
        raise ValueError(f"u must be a number from 0 to below 1, got {u}")
    ends = np.cumsum(probs)
    hit = int(np.searchsorted(ends, u * ends[-1], side="right"))  # as `sample` does
    with _style():
        fig = Chart(figsize=(7.2, 1.7), layout="constrained")
        ax = fig.subplots()
        for i, (end, p) in enumerate(zip(ends, probs, strict=True)):
            dark = colour(i) in ("#0072B2", "#000000", "#009E73", "#D55E00")
            ax.barh(0, p, left=end - p, color=colour(i), edgecolor="white", height=0.8)
            if p > 0.06:
                ax.text(end - p / 2, 0, names[i], ha="center", va="center", fontsize=9,
                        color="white" if dark else "black")  # fmt: skip
        ax.plot([u, u], [-0.45, 0.46], color=INK, lw=2, ls="--")
        ax.text(u, 0.5, f"u = {u:g} lands on {names[hit]}", ha="center", va="bottom")
        ax.set(yticks=[], xlim=(0, 1), ylim=(-0.45, 0.75), xlabel="cumulative probability")
        ax.spines["left"].set_visible(False)
    fig.numbers = Numbers(
        f"The pieces of the line. {u:g} is in that of {names[hit]}.",
        {"token": names, "from": ends - probs, "to": ends, "probability": probs},
    )
    return fig, (
        f"A bar of length 1 cut into {len(names)} pieces, one a token, each as long as its "
        f"probability. The number u = {u:g} falls inside the piece of {names[hit]}."
    )


def reliability(
    predictions: dict[str, ArrayLike], labels: ArrayLike, bins: int = 10
) -> tuple[Chart, str]:
    """How often answers of each confidence are right, one panel for each set of predictions.

    Parameters
    ----------
    predictions : dict of str to array_like, shape (n, classes)
        Title and probabilities of each panel.
    labels : array_like of int, shape (n,)
        Which class is right.
    bins : int
        Ranges of confidence, of equal width.
    """
    panels = len(predictions)
    said = []
    rows = []
    with _style():
        fig = Chart(figsize=(3.6 * panels + 0.4, 3.6), layout="constrained")
        axes = fig.subplots(1, panels, sharey=True, squeeze=False)[0]
        for ax, (title, probs) in zip(axes, predictions.items(), strict=True):
            counts, confidence, accuracy = calibration_bins(probs, labels, bins)
            for b in np.flatnonzero(counts):
                ax.bar((b + 0.5) / bins, accuracy[b], width=0.92 / bins, color=COLOURS[4],
                       edgecolor=INK, lw=0.5)  # fmt: skip
                ax.plot([confidence[b]] * 2, [accuracy[b], confidence[b]], color=COLOURS[5], lw=3)
                ax.text((b + 0.08) / bins, 0.015, counts[b], fontsize=8)
                interval = f"{b / bins:g} to {(b + 1) / bins:g}"
                rows.append((interval, title, counts[b], confidence[b], accuracy[b]))
            ax.plot(confidence, confidence, "o", color=COLOURS[0], mec=INK, ms=5)
            ax.plot([0, 1], [0, 1], color=INK, lw=1, ls="--")
            ax.set(title=title, xlim=(0, 1), ylim=(0, 1.08), xlabel="confidence")
            sure = np.nansum(counts * confidence) / counts.sum()
            right = np.nansum(counts * accuracy) / counts.sum()
            said.append(
                f"{title}: {percent(right)} of {counts.sum()} answers are right at a mean "
                f"confidence of {percent(sure)}"
            )
        axes[0].set_ylabel("share that was right")
    headings = ("confidence", "predictions", "answers", "mean confidence", "share right")
    columns = dict(zip(headings, zip(*rows, strict=True), strict=True))
    if panels == 1:
        del columns["predictions"]
    fig.numbers = Numbers("Answers by confidence; ranges without an answer are left out.", columns)
    return fig, (
        "Reliability: a bar for each range of confidence, as high as the share that was right, "
        f"beside the dashed line where the two agree. {'; '.join(said)}."
    )


__all__ = [
    "COLOURS", "Numbers", "colour", "curves", "percent", "png", "reliability", "show", "staircase",
    "sweep_figure", "temperature_bars",
]  # fmt: skip
