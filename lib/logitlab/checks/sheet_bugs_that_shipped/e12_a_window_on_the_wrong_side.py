"""Exercise B.12: the penalty over the last n tokens."""

import numpy as np

from logitlab.checks._function import FunctionExercise, known

from ..sheet_04_repetition_penalty._penalties import counts, on_seen, penalised, to_power
from ._penalty import ids


def window(part, penalty=penalised):
    """A penalty over ``part(history, n)``."""
    return lambda z, h, w, n: penalty(z, part(h, n), w)


def last(h, n):
    return h[max(0, len(h) - n) :]


def probes(rng):
    z, h, four = rng.normal(0, 2, 10), rng.permutation(10)[:8], np.array([2.0, 1.0, -1.0, 0.5])
    plain = [(four, ids(0, 1, 2, 3), 2.0, 2), (z, h, 1.3, 3), (z, h, 1.3, 1), (z, h, 1.3, 0)]
    repeats = [(z, ids(*h, h[0], h[0]), 1.3, 4), (z, ids(5, 5, 5), 1.5, 2)]
    return [*plain, *repeats, (z, h[:2], 1.3, 64), (z, h[:5], 1.3, 7), (z, ids(), 1.3, 3)]


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, history, penalty, n: window(last)(logits, history, penalty, n),
    probes=probes,
    right={
        "off at 0": window(lambda h, n: h[-n:] if n else h[:0]),
        "reversed": window(lambda h, n: h[::-1][:n]),
    },
    mistakes=known(
        "as_shipped: The bug as shipped. These are the first n tokens. Take the last.",
        window(lambda h, n: h[:n]),
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
        "every_occurrence: A token that came twice in the window was penalised twice.",
        window(last, to_power(counts)),
        "divided: The sign rule is lost: negative logits rose.",
        window(last, on_seen(np.divide)),
    ),
)
