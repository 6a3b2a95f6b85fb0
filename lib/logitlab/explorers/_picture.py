"""What an explorer shows where no JavaScript runs: a picture at a few settings, and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from logitlab.distributions import softmax
from logitlab.information import entropy, perplexity
from logitlab.plots import colour, percent
from logitlab.processors import Pipeline, top_p
from logitlab.processors import temperature as tempered

from ._shared import Vocabulary, number

INK = "#1f2328"
SETTINGS = {
    "top_k": (1, 5, 20),
    "top_p": (0.5, 0.9, 1.0),
    "min_p": (0.0, 0.05, 0.2),
    "repetition_penalty": (1.0, 1.2, 1.5),
}
"""What the picture shows of a knob; of T the start, a third of it and three times that."""
SYMBOLS = {
    "temperature": "T",
    "top_k": "k",
    "top_p": "p",
    "min_p": "min-p",
    "repetition_penalty": "θ",
}


def _at(vocabulary: Vocabulary, T: float) -> np.ndarray:
    return softmax(tempered(vocabulary.raw, T))


def three(T: float, low: float, high: float) -> list[float]:
    """The starting temperature between a colder and a warmer one."""
    return sorted({round(max(low, T / 3), 2), round(T, 2), round(min(high, 3 * T), 2)})


def others(rest: int) -> str:
    """What the last bar is called."""
    return "the other token" if rest == 1 else f"the other {rest:,} tokens"


def _panels(
    vocabulary: Vocabulary, starts: Mapping[str, float], history: Sequence[int], T: list[float]
) -> list[tuple[str, str, np.ndarray]]:
    """The last knob at three settings: what each is called, what it leaves, the probabilities."""
    knob = list(starts)[-1]
    values = T if knob == "temperature" else SETTINGS[knob]
    panels = []
    for value in values:
        probs = softmax(
            Pipeline.named("transformers", **starts | {knob: value})(vocabulary.raw, history)
        )
        left = np.count_nonzero(probs)
        cut = knob in ("top_k", "top_p", "min_p")
        said = f"{left:,} kept" if cut else f"{entropy(probs):.2f} bits"
        panels.append((f"{SYMBOLS[knob]} = {value:g}", said, probs))
    return panels


def distribution(vocabulary: Vocabulary, bars: int, *at) -> Figure:
    """Bars of the most likely tokens at three settings of a knob, the rest as one bar."""
    panels = _panels(vocabulary, *at)
    ids = vocabulary.order[: min(bars, 10)]
    rest = len(vocabulary.tokens) - len(ids)
    names = vocabulary.labels(len(ids)) + [others(rest)] * (rest > 0)
    colours = [colour(i) for i in vocabulary.hues(len(ids))] + [colour(99)] * (rest > 0)
    figure = Figure(figsize=(7, 0.5 + 0.2 * len(names)), layout="constrained")
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    most = max(p[ids].max() for *_, p in panels) if rest else 1.0
    for axis, (setting, said, p) in zip(axes, panels, strict=True):
        shown = [*p[ids], *([max(0.0, 1 - p[ids].sum())] if rest else [])]
        ends = np.minimum(shown, most)  # the last bar, all others, may go on
        axis.barh(names, ends, color=colours, edgecolor=INK, linewidth=0.5)
        for i, x in enumerate(shown):
            axis.text(ends[i] + 0.02 * most, i, percent(x), va="center", fontsize=6.5, color=INK)
        axis.set(xlim=(0, 1.3 * most), xticks=[])
        if rest:
            axis.set_xticks([0, most], ["0", percent(most)])
        axis.set_title(f"{setting}: {said}", fontsize=9, loc="left")
        axis.tick_params(length=0, labelsize=7)
        axis.spines[:].set_visible(False)
    axes[0].invert_yaxis()
    return figure


def distribution_words(title: str, vocabulary: Vocabulary, *at) -> str:
    """The same in a sentence."""
    top = int(vocabulary.order[0])
    parts = [
        f"at {setting} {percent(p[top])}, {said}" + " of entropy" * said.endswith("bits")
        for setting, said, p in _panels(vocabulary, *at)
    ]
    return (
        f"{title}. Most likely of {len(vocabulary.tokens):,} tokens is "
        f"{vocabulary.labels(1)[0]}: {'; '.join(parts)}."
    )


def _values(vocabulary: Vocabulary, measure: dict, T: np.ndarray) -> list[float]:
    values = []
    for value in T:
        p = _at(vocabulary, value)
        if measure["kind"] == "entropy":
            values.append(float(entropy(p)))
        elif measure["kind"] == "perplexity":
            values.append(float(perplexity(p)))
        else:
            i = vocabulary.order[0] if measure["kind"] == "top" else measure["id"]
            values.append(float(p[i]))
    return values


def curves(vocabulary: Vocabulary, measures: list[dict], low: float, high: float) -> Figure:
    """Measures against the temperature; those of one unit share a panel."""
    T = np.linspace(low, high, 60)
    units = {"top": "probability", "p": "probability", "entropy": "entropy, bits"}
    panels: dict[str, list[dict]] = {}
    for measure in measures:
        panels.setdefault(units.get(measure["kind"], measure["kind"]), []).append(measure)
    figure = Figure(figsize=(6.5, 0.5 + 1.7 * len(panels)), layout="constrained")
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for axis, (unit, lines) in zip(axes, panels.items(), strict=True):
        for i, measure in enumerate(lines):
            ink = colour(measure["hue"]) if measure["kind"] == "p" else INK
            style = ("-", "--", "-.", ":")[i % 4]
            axis.plot(T, _values(vocabulary, measure, T), style, color=ink, label=measure["label"])
        if len(lines) > 1:
            axis.legend(fontsize=7, frameon=False)
        axis.set_ylim(bottom=0)
        axis.set_title(unit, fontsize=9, loc="left")
        axis.tick_params(labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    axes[-1].set_xlabel("temperature T", fontsize=8)
    return figure


def curve_words(
    title: str, vocabulary: Vocabulary, measures: list[dict], low: float, high: float
) -> str:
    """The same in a sentence."""
    ends = np.array([low, high])
    parts = []
    for measure in measures:
        first, last = _values(vocabulary, measure, ends)
        if measure["kind"] == "entropy":
            said = f"from {first:.2f} to {last:.2f} bits"
        elif measure["kind"] == "perplexity":
            said = f"from {number(first)} to {number(last)}"
        else:
            said = f"from {percent(first)} to {percent(last)}"
        parts.append(f"{measure['label']} {said}")
    return f"{title}. As T goes from {low:g} to {high:g}: {', '.join(parts)}."


def _nucleus(vocabulary: Vocabulary, T: float, p: float) -> tuple[np.ndarray, int]:
    """The sorted running sum, and how many tokens top-p keeps."""
    kept = int(np.isfinite(top_p(tempered(vocabulary.raw, T), p)).sum())
    return np.cumsum(_at(vocabulary, T)[vocabulary.order]), kept


def nucleus(vocabulary: Vocabulary, T: float, p: float) -> Figure:
    """The running sum by rank, the threshold, the nucleus shaded."""
    running, kept = _nucleus(vocabulary, T, p)
    rank = np.arange(1, running.size + 1)
    figure = Figure(figsize=(6.5, 2.8), layout="constrained")
    axis = figure.subplots()
    axis.plot(rank, running, "o-" if running.size <= 20 else "-", color=INK, ms=5)
    axis.fill_between(rank[:kept], running[:kept], color=colour(4), alpha=0.35)
    axis.axhline(p, color=INK, lw=1, ls="--")
    axis.vlines(kept, 0, running[kept - 1], color=INK, lw=2)
    if running.size > 20:
        axis.set_xscale("log")
    axis.set(ylim=(0, 1.05), xlabel="rank, the likeliest token first")
    axis.set_title(f"running sum; p = {p:g} keeps {kept:,}", fontsize=9, loc="left")
    axis.spines[["top", "right"]].set_visible(False)
    return figure


def nucleus_words(title: str, vocabulary: Vocabulary, T: float, p: float) -> str:
    """The same in a sentence."""
    running, kept = _nucleus(vocabulary, T, p)
    return (
        f"{title}. At T = {T:g} and p = {p:g} the nucleus holds {kept:,} of {running.size:,} "
        f"tokens, with {percent(running[kept - 1])} of the mass."
    )


def stages(vocabulary: Vocabulary, records: dict) -> Figure:
    """A strip for each stage of each order, cut into the tokens that are left."""
    rows = [
        (f"{name}: {stage.name}", stage.probs[vocabulary.order])
        for name, lane in records.items()
        for stage in lane
    ]
    shown = min(20, vocabulary.raw.size)
    figure = Figure(figsize=(6.5, 0.5 + 0.35 * len(rows)), layout="constrained")
    axis = figure.subplots()
    hues = vocabulary.hues(shown)
    for i, (_, probs) in enumerate(rows):
        left = 0.0
        for hue, p in zip([*hues, 99], [*probs[:shown], probs[shown:].sum()], strict=True):
            axis.barh(i, p, left=left, color=colour(hue), edgecolor=INK, linewidth=0.5)
            left += p
        axis.text(1.02, i, f"{np.count_nonzero(probs):,} left", va="center", fontsize=8)
    axis.set_yticks(range(len(rows)), [label for label, _ in rows], fontsize=8)
    axis.set(xlim=(0, 1.15), xticks=[])
    axis.invert_yaxis()
    axis.spines[:].set_visible(False)
    return figure


def stages_words(title: str, vocabulary: Vocabulary, records: dict) -> str:
    """The same in words."""
    lanes = []
    for name, lane in records.items():
        steps = []
        for stage in lane:
            value = next(iter(stage.settings.values()))
            steps.append(f"{stage.name} {value:g} leaves {stage.survivors.sum():,}")
        lanes.append(f"{name}: {', then '.join(steps)}")
    return f"{title}. Of {vocabulary.raw.size:,} tokens, {'; '.join(lanes)}."


def penalty(labels: list[str], hues: list[int], before: np.ndarray, after: np.ndarray) -> Figure:
    """Bars of the probabilities after the penalties, outlines of those before."""
    figure = Figure(figsize=(6.5, 0.5 + 0.24 * len(labels)), layout="constrained")
    axis = figure.subplots()
    p = softmax(after)
    axis.barh(labels, p, color=[colour(i) for i in hues], edgecolor=INK, linewidth=0.5)
    axis.barh(labels, softmax(before), fill=False, edgecolor=INK, linewidth=1, linestyle="--")
    for i, x in enumerate(p):
        moved = "" if before[i] == after[i] else f"   {before[i]:.2f} to {after[i]:.2f}"
        axis.text(max(x, softmax(before)[i]) + 0.01, i, percent(x) + moved, va="center", fontsize=7)
    axis.set(xlim=(0, 1.0), xticks=[])
    axis.set_title("after the penalty; dashed: before it", fontsize=9, loc="left")
    axis.tick_params(length=0, labelsize=8)
    axis.invert_yaxis()
    axis.spines[:].set_visible(False)
    return figure
