"""Exercise 2.3: the probabilities of one row after top-p."""

import numpy as np

from ..kit import Convention, FunctionExercise, descending, soft
from . import _filters
from ._filters import filtered, kept, log, one_more_at_a_tie, right, while_loop
from ._known import WHAT, WHICH


def searchsorted(q, p):
    order = np.argsort(q)[::-1]
    n = np.searchsorted(np.cumsum(q[order]), p) + 1
    out = np.zeros_like(q)
    out[order[:n]] = q[order[:n]]
    return out / out.sum()


def argsort_of_argsort(q, p):
    order = np.argsort(-q)
    s = q[order]
    s = np.where(np.cumsum(s) - s < p, s, 0)
    s[0] = q[order[0]]
    return (s / s.sum())[np.argsort(order)]


def a_cutoff_value(q, p):
    s = descending(q)
    n = min((np.cumsum(s) < p).sum(), len(q) - 1)
    left = q * (q >= s[n])
    return left / left.sum()


def from_the_least_likely_up(q, p):
    order = np.argsort(q, kind="stable")
    gone = np.cumsum(q[order]) <= 1 - p
    gone[-1] = False
    left = q.copy()
    left[order[gone]] = 0
    return left / left.sum()


def survivors_hold_too_little(value, q, p):
    mass = q[value > 0].sum()
    too_little = not np.isnan(value).any() and mass < p - 1e-9
    return f"Your survivors hold {mass:.4g} of the mass, less than p." if too_little else ""


RIGHT = {
    "a while loop, a list": while_loop,
    "searchsorted": searchsorted,
    "argsort of argsort": argsort_of_argsort,
    "a cutoff value": a_cutoff_value,
    "from the least likely up": from_the_least_likely_up,
    "through logits": lambda q, p: soft(np.where(kept(q, p), log(q), -np.inf)),
}

EXERCISE = FunctionExercise(
    unit="probability",
    reference=lambda probs, p: right(probs, p),
    note="When the running sum hits p exactly you stop: the smallest set with mass at least p.",
    conventions=[Convention(_filters.ONE_MORE, filtered(one_more_at_a_tie))],
    probes=_filters.probes,
    tell=_filters.TELL,
    observe=survivors_hold_too_little,
    right=RIGHT,
).known(*WHICH, *WHAT)
