"""Exercise B.1: the penalty's signs, each token once, over the last n tokens."""

import numpy as np

from ..kit import FunctionExercise, turned
from ..sheet_04_repetition_penalty._penalties import (
    PENALTIES,
    counts,
    indexed,
    last,
    on_seen,
    penalised,
    rule,
    to_power,
)
from ._ids import ids


def first(h, n):
    return h[:n]


def window(part, penalty=penalised):
    """A penalty over ``part(history, n)``."""
    return lambda z, h, w, n: penalty(z, part(h, n), w)


def each_time(z, h, w):
    """Every occurrence divides, whatever the sign."""
    return z / w ** counts(z, h)


def runs(z, h):
    """How many runs of the same token each one has in the history."""
    return counts(z, [b for a, b in zip([None, *h], h, strict=False) if a != b])


def probes(rng):
    z, h, four = rng.normal(0, 2, 10), rng.permutation(10)[:8], np.array([2.0, 1.0, -1.0, 0.5])
    plain = [(four, ids(0, 1, 2, 3), 2.0, 2), (z, h, 1.3, 3), (z, h, 1.3, 1), (z, h, 1.3, 0)]
    repeats = [(z, ids(*h, h[0], h[0]), 1.3, 4), (z, ids(5, 5, 5), 1.5, 2)]
    repeats += [(four, ids(2, 2, 1, 2), 1.5, 4), (four, ids(3, 0, 0, 3, 3), 0.8, 5)]
    one_sign = [(np.array([-1, -2, -0.5]), ids(0, 2), 2.0, 2), (z + 9, ids(3, 1, 3), 1.3, 3)]
    edge = [(np.array([1.0, 0.0, -2.0]), ids(0, 1, 2, 0, 2), 3.0, 5), (z - 8, ids(3, 3, 7), 1.1, 2)]
    long = [(z, h[:2], 1.3, 64), (z, h[:5], 1.3, 7), (z, ids(), 1.3, 3)]
    return [*plain, *repeats, *one_sign, *edge, *long]


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, history, penalty, n: window(last)(logits, history, penalty, n),
    probes=probes,
    note="A rule that looks at the sign is not a law of nature: see lesson 4 on where zero is.",
    right={
        "off at 0": window(lambda h, n: h[-n:] if n else h[:0]),
        "reversed": window(lambda h, n: h[::-1][:n]),
        "an index": window(last, lambda z, h, w: indexed(z, h, lambda x: rule(x, w))),
        "minimum of both": window(
            last,
            on_seen(lambda z, w: np.minimum(z * w, z / w) if w >= 1 else np.maximum(z * w, z / w)),
        ),
    },
).known(
    "as_shipped: The three bugs as shipped: signs, every occurrence, the wrong end.",
    window(first, each_time),
    "first_n: These are the first n tokens. Take the last.",
    window(first),
    window(first, on_seen(np.divide)),
    window(first, to_power(counts)),
    "zero_is_all: [-0:] is the whole history. n = 0 is to switch the penalty off.",
    window(lambda h, n: h[-n:]),
    "negative_start: For a large n your slice starts below 0: use max(0, len(history) - n).",
    window(lambda h, n: h[len(h) - n :]),
    "whole_history: The window is gone: the whole history is penalised.",
    window(lambda h, n: h),
    "newest_left_out: The newest token is left out of the window.",
    window(lambda h, n: last(h[:-1], n)),
    "window_left_out: You penalise what lies before the window.",
    window(lambda h, n: h[: max(0, len(h) - n)]),
    "one_short: The window is one token too short or too long.",
    window(lambda h, n: last(h, max(0, n - 1))),
    window(lambda h, n: last(h, n + 1)),
    "neighbours_only: You skip a token that equals the one before it. It can come back later.",
    window(last, to_power(runs)),
    *turned(PENALTIES, lambda penalty: window(last, penalty), without=["window"]),
)
