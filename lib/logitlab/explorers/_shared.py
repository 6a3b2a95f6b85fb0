"""What the explorers have in common: one module of JavaScript, the data, sliders, goals."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets as t
from numpy.typing import ArrayLike

from logitlab import _validate, plots
from logitlab.tokens import visible

HERE = Path(__file__).parent


def stylesheet(name: str) -> str:
    """A stylesheet without its comments and spaces: every widget has a copy."""
    text = (HERE / f"{name}.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"(?<=[\w-]):\s+", ":", text)
    return re.sub(r"\s*([{};,])\s*", r"\1", text).strip()


HUES = 8  # colours of the Okabe-Ito palette; explorers.css has grey as the ninth
EXACT = 512  # the tokens, from the top, whose logits travel as they are
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.M)
NOISE = re.compile(r"^\s*(//|/\*\*|\*).*\n| // .*$|^\n|^export (?!default)|^ +", re.M)
BREAK = re.compile(r"(?<=[(\[{,;=?:&|+>])\n|\n(?=[)\]}?:.&|+])")  # what stands there goes on


def module(name: str) -> str:
    """Join a view and the files it imports into one ES module.

    A widget's saved state holds its module as one string, so nothing can be imported at run time.
    Every widget has a copy, so comments, margins and most line breaks stay behind.
    """
    parts: dict[str, str] = {}

    def read(part: str) -> None:
        text = (HERE / f"{part}.js").read_text(encoding="utf-8")
        for imported in IMPORT.findall(text):
            if imported not in parts:
                read(imported)
        parts[part] = BREAK.sub("", NOISE.sub("", IMPORT.sub("", text))).strip()

    read(name)
    return "\n\n".join(parts.values()) + "\n"


def style(*names: str) -> str:
    """The common style and what some kinds of widgets have of their own."""
    return "".join(map(stylesheet, ("explorers", *names)))


class View(anywidget.AnyWidget):
    """The drawing in an explorer, in JavaScript: its title, and its goal."""

    title = t.Unicode().tag(sync=True)
    goal = t.Dict(allow_none=True, default_value=None).tag(sync=True)
    reached = t.Unicode().tag(sync=True)  # where the goal was reached; saved as guesses are


class Explorer(widgets.VBox):
    """A VBox that also shows itself where no JavaScript runs (GitHub, print): picture and words.

    Its saved model is a plain ``VBoxModel``, so every page that embeds ipywidgets can draw it.
    """

    def __init__(self, children, *, words, picture=None, **kwargs):
        super().__init__(children, layout={"width": "100%", "max_width": "46rem"}, **kwargs)
        self._words = words
        self._picture = picture

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        bundle["text/plain"] = self._words
        if self._picture is None:
            return bundle
        bundle["image/png"] = base64.b64encode(plots.png(self._picture())).decode()
        return bundle, {"image/png": {"alt": self._words}}


@dataclass(frozen=True)
class Goal:
    """Something to reach with a slider. It is ticked once the slider rested there.

    Parameters
    ----------
    text : str
        What to do, as read by the learner.
    measure : str
        ``"entropy"`` (bits), ``"perplexity"``, ``"top"`` (probability of the most likely token),
        ``"kept"`` (number of tokens kept) or ``"p:<token>"`` (probability of one token).
    target, tolerance : float
        Reached when ``abs(measure - target) <= tolerance``.
    """

    text: str
    measure: str
    target: float
    tolerance: float

    def __post_init__(self):
        if not isinstance(self.text, str) or not self.text.strip():
            raise ValueError(f"text must say what the goal is, got {self.text!r}")
        if not is_number(self.target):
            raise ValueError(f"target must be a finite number, got {self.target!r}")
        if not is_number(self.tolerance) or self.tolerance < 0:
            raise ValueError(f"tolerance must be a number >= 0, got {self.tolerance!r}")


def is_number(value: Any) -> bool:
    """Whether a value is a finite real number."""
    real = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return real and math.isfinite(value)


@dataclass(frozen=True)
class Vocabulary:
    """Tokens and logits as an explorer sends them to the page.

    What travels is a list of entries by falling logit: ``logits`` and, for each, ``counts``. The
    first `EXACT` tokens have an entry each. In the tail of a large vocabulary, logit - max is
    rounded to float16, and tokens that are equal then share an entry.
    """

    tokens: list[str]
    raw: np.ndarray
    logits: np.ndarray
    counts: np.ndarray
    entry_of: dict[int, int]
    order: np.ndarray

    @classmethod
    def of(cls, tokens: list[str], logits: ArrayLike, alone: Sequence[int] = ()) -> Vocabulary:
        """Check the logits and sort them; the ids ``alone`` get entries of their own."""
        raw = _validate.logits(logits).astype(np.float64)
        if raw.ndim != 1:
            raise ValueError(f"logits must be one row of numbers, got shape {raw.shape}")
        if len(tokens) != raw.size:
            raise ValueError(
                f"tokens and logits must have one length, got {len(tokens)} tokens"
                f" and {raw.size} logits"
            )
        largest = np.abs(raw[np.isfinite(raw)]).max()
        if largest > 1e300:
            raise ValueError(f"logits must be at most 1e300 in size, got {largest:g}")

        order = np.argsort(-raw, kind="stable")
        if raw.size <= 8 * EXACT:  # small enough to send every token as it is
            single = np.ones(raw.size, dtype=bool)
            sent = raw
        else:
            single = np.zeros(raw.size, dtype=bool)
            single[order[:EXACT]] = True
            single[list(alone)] = True
            # No rounded token may overtake an exact one, and a finite one stays finite.
            gap = np.where(np.isfinite(raw), np.maximum(raw - raw.max(), -65504), -np.inf)
            tail = raw.max() + gap.astype(np.float16).astype(np.float64)
            sent = np.where(single, raw, np.minimum(tail, raw[order[EXACT - 1]]))
            order = order[np.argsort(-sent[order], kind="stable")]
        sorted_logits, sorted_single = sent[order], single[order]
        new = np.ones(raw.size, dtype=bool)
        same = sorted_logits[1:] == sorted_logits[:-1]
        new[1:] = ~same | sorted_single[1:] | sorted_single[:-1]
        starts = np.flatnonzero(new)
        counts = np.diff(np.append(starts, raw.size)).astype(np.uint32)
        entry_of = {int(order[s]): i for i, s in enumerate(starts) if sorted_single[s]}
        return cls(tokens, raw, sorted_logits[starts], counts, entry_of, order)

    def labels(self, n: int) -> list[str]:
        """The n most likely tokens as a reader sees them."""
        return [visible(self.tokens[i]) for i in self.order[:n]]

    def hues(self, n: int) -> list[int]:
        """A palette index for each of the n most likely tokens.

        A vocabulary of a few tokens is coloured in its own order, so that a token keeps its
        colour from one explorer to the next; a large one by rank.
        """
        places = self.order[:n] if len(self.tokens) <= 20 else range(min(n, len(self.tokens)))
        return [min(int(i), HUES) for i in places]

    def traits(self) -> dict[str, bytes]:
        """The entries, as bytes for the traits ``logits`` and ``counts``."""
        return {
            "logits": self.logits.astype("<f8").tobytes(),
            "counts": self.counts.astype("<u4").tobytes(),
        }


def check_tokens(tokens: Sequence[str]) -> list[str]:
    """Tokens as a list of text."""
    names = [] if isinstance(tokens, str) else list(tokens)
    if not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"tokens must be a list of texts, got {tokens!r:.80}")
    return [str(name) for name in names]


def token_id(tokens: Sequence[str], measure: str) -> int:
    """The id of the token in a measure ``"p:<token>"``."""
    token = measure[2:]
    ids = [i for i, other in enumerate(tokens) if other == token]
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise ValueError(f"measure {measure!r}: {len(ids)} tokens read {token!r}")
    hint = f" (did you mean {'p: ' + token!r}?)" if " " + token in tokens else ""
    raise ValueError(f"measure {measure!r}: tokens has no {token!r}{hint}")


LABELS = {"entropy": "entropy", "perplexity": "perplexity", "top": "P(top)", "kept": "tokens kept"}
SPECIAL = {"top_p": "top-p", "difference": "difference"}  # of one explorer each


def ids_of(tokens: Sequence[str], measures: Sequence[str]) -> list[int]:
    """The ids of the tokens that measures ask for."""
    return [token_id(tokens, m) for m in measures if isinstance(m, str) and m.startswith("p:")]


def describe(measure: str, vocabulary: Vocabulary, allowed: Sequence[str] = tuple(LABELS)) -> dict:
    """A measure as the page wants it: kind, label, entry and colour of its token."""
    if isinstance(measure, str) and measure.startswith("p:"):
        i = token_id(vocabulary.tokens, measure)
        rank = vocabulary.entry_of[i]
        hue = vocabulary.hues(rank + 1)[rank] if rank < EXACT else HUES
        name = visible(vocabulary.tokens[i])
        label = f"P({name if len(name) <= 20 else name[:19] + '…'})"
        return {"kind": "p", "label": label, "entry": rank, "hue": hue, "id": i}
    if not isinstance(measure, str) or measure not in allowed:
        known = ", ".join([*allowed, "p:<token>"])
        raise ValueError(f"measure must be one of {known}, got {measure!r}")
    return {"kind": measure, "label": (LABELS | SPECIAL)[measure]}


def describe_goal(goal: Goal | None, vocabulary: Vocabulary, allowed=tuple(LABELS)) -> dict | None:
    """A goal as the page wants it."""
    if goal is None:
        return None
    return describe(goal.measure, vocabulary, allowed) | goal_numbers(goal)


def own_goal(goal: Goal | None, measures: Mapping[str, tuple[str, str]]) -> dict | None:
    """A goal of an explorer with measures of its own: for each its label, and the kind of number
    as which chart.js writes it.
    """
    (measure,) = check_goal(goal) or [None]
    if measure is None:
        return None
    if measure not in measures:
        known = ("one of " if len(measures) > 1 else "") + ", ".join(measures)
        raise ValueError(f"measure must be {known}, got {measure!r}")
    label, kind = measures[measure]
    return {"measure": measure, "label": label, "kind": kind} | goal_numbers(goal)


def sent(x: float) -> float:
    """A number for the page, without the last digits, which are another processor's to choose."""
    return float(f"{x:.6g}")


def goal_numbers(goal: Goal) -> dict:
    """What the page needs of any goal."""
    return {"text": goal.text, "target": sent(goal.target), "tolerance": sent(goal.tolerance)}


def check_goal(goal: Any) -> list[str]:
    """Refuse what is no goal; list its measure."""
    if goal is None:
        return []
    if not isinstance(goal, Goal):
        raise ValueError(f"goal must be a Goal or None, got {goal!r:.80}")
    return [goal.measure]


def check_range(temperature_range: tuple[float, float]) -> tuple[float, float]:
    """Refuse a range of temperatures that a slider cannot show."""
    pair = isinstance(temperature_range, (tuple, list)) and len(temperature_range) == 2
    if not pair or not all(is_number(t) for t in temperature_range):
        raise ValueError(f"temperature_range must be two numbers, got {temperature_range!r}")
    low, high = (float(t) for t in temperature_range)
    if not 0.001 <= low < high:
        raise ValueError(
            f"temperature_range must have 0.001 <= low < high, got {temperature_range!r}"
        )
    return low, high


def check_slider(name: str, value: Any, low: float, high: float, step: float) -> None:
    """Refuse a start that a slider cannot show."""
    fits = is_number(value) and low <= value <= high
    if not fits or (isinstance(step, int) and value != int(value)):
        kind = "a whole number" if isinstance(step, int) else "a number"
        raise ValueError(f"{name} must be {kind} from {low:g} to {high:g}, got {value!r}")


def slider(description: str, value: float, low: float, high: float, step: float, view, trait: str):
    """An ordinary slider, as wide as the picture, linked in the page to a trait of the view."""
    kind = widgets.IntSlider if isinstance(step, int) else widgets.FloatSlider
    control = kind(
        value=value,
        min=low,
        max=high,
        step=step,
        description=description,
        style={"description_width": "9.5em"},
        layout={"width": "auto"},
        **({} if kind is widgets.IntSlider else {"readout_format": ".2f"}),
    )
    widgets.jslink((control, "value"), (view, trait))
    return control


def choice(description: str, options: list[str], view, trait: str) -> widgets.Dropdown:
    """A list to choose from, whose index is linked in the page to the view's trait."""
    control = widgets.Dropdown(
        options=options,
        description=description,
        style={"description_width": "9.5em"},
        layout={"width": "auto"},
    )
    widgets.jslink((control, "index"), (view, trait))
    return control


@dataclass(frozen=True)
class Knob:
    """A slider: what it is called, where it starts, how far it goes."""

    name: str
    start: float
    low: float
    high: float
    step: float


def knobs_for(temperature: float, low: float, high: float, vocab: int) -> dict[str, Knob]:
    """Every knob there is, in the order of transformers; only the temperature's start varies."""
    most = min(vocab, 100)
    return {
        "temperature": Knob("Temperature T", temperature, low, high, 0.01),
        "top_k": Knob("Top-k", most, 1, most, 1),
        "top_p": Knob("Top-p", 1.0, 0.0, 1.0, 0.01),
        "min_p": Knob("Min-p", 0.0, 0.0, 1.0, 0.01),
        "repetition_penalty": Knob("Repetition penalty", 1.0, 0.5, 3.0, 0.01),
    }


def starts_of(knobs: Any, possible: Mapping[str, Knob]) -> dict[str, float]:
    """Where each knob that was asked for starts, in the order of `possible`."""
    if not isinstance(knobs, (Mapping, Sequence)) or isinstance(knobs, str) or not knobs:
        raise ValueError(f"knobs must be a list of names, got {knobs!r}")
    for name in knobs:
        if name not in possible:
            raise ValueError(f"knobs must be among {', '.join(possible)}, got {name!r}")
    starts = {name: knob.start for name, knob in possible.items() if name in knobs}
    if isinstance(knobs, Mapping):
        starts |= knobs
    for name in starts:
        check_slider(
            name, starts[name], possible[name].low, possible[name].high, possible[name].step
        )
    return starts


def linked_sliders(view, starts: Mapping[str, float], possible: Mapping[str, Knob]) -> list:
    """A slider for each knob, linked in the page to the view's trait of the same name."""
    knobs = [(possible[name], name, start) for name, start in starts.items()]
    return [slider(k.name, start, k.low, k.high, k.step, view, name) for k, name, start in knobs]


def number(x: float) -> str:
    """A number for a reader: 4.96, 27.3, 1,204."""
    return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.2f}" if abs(x) < 10 else f"{x:.1f}"
