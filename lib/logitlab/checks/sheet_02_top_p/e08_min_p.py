"""Exercise 2.8: min-p on the probabilities of one row."""

import numpy as np

from ..kit import TEN, Convention, FunctionExercise, share, soft
from ._filters import FIVE, MIXED, at_most, drawn, each_above, filtered, right


def probes(rng):
    plain = [(FIVE, 0.35), (MIXED, 0.25), (soft(TEN), 0.1), (soft(TEN), 0.5)]
    others = [(soft(TEN[::-1] / 0.3), 0.05), (soft(TEN / 5), 0.6), (drawn(rng, 9, 1.0), 0.33)]
    exact = [(np.array([0.125, 0.5, 0.25, 0.0625, 0.0625]), 0.5)]
    return [*plain, *others, (MIXED, 0.0), (MIXED, 1.0), *exact, (np.array([0.0, 0.9, 0.1]), 0.01)]


def strictly(limit):
    return lambda q, m: share(np.where(q > limit(q, m), q, 0.0))


def a_list(q, m):
    floor = m * max(q)
    total = sum(x for x in q if x >= floor)
    return [float(x) / total if x >= floor else 0.0 for x in q]


EXERCISE = FunctionExercise(
    unit="probability",
    reference=lambda probs, m: share(np.where(probs >= m * probs.max(), probs, 0.0)),
    conventions=[
        Convention(
            "A token exactly at the floor goes in yours; libraries keep it.",
            lambda q, m: share(q * ((q > m * q.max()) | ((q == q.max()) & (m == 1)))),
        )
    ],
    probes=probes,
    right={"ratio": lambda q, m: share(np.where(q / q.max() >= m, q, 0.0)), "a list": a_list},
).known(
    "absolute_floor: You compared with m itself. The floor of min-p is m times the largest.",
    each_above(lambda q, m: m),
    "top_p_instead: That is top-p: a running sum. Min-p compares each token with the likeliest.",
    right,
    filtered(at_most),
    "inverted_mask: You kept the tokens below the floor. Keep those at or above it.",
    lambda q, m: share(np.where(q < m * q.max(), q, 0.0)),
    "top_removed: At m = 1 nothing is above the largest, so nothing was left. The likeliest "
    "token always stays: >= instead of >.",
    strictly(lambda q, m: m * q.max()),
    "unchanged: Every token is still there. Remove those below m times the largest.",
    lambda q, m: q,
    "mean_not_max: You compared with m times the mean. Min-p takes the largest probability.",
    each_above(lambda q, m: m * q.mean()),
    "one_minus_m: You used 1 - m. A small m keeps many tokens, m = 1 only the likeliest.",
    each_above(lambda q, m: (1 - m) * q.max()),
)
