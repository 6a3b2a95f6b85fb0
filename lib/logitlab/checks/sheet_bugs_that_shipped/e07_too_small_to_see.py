"""Exercise B.7: a nucleus that is never empty, however small p is."""

import numpy as np

from ..kit import FunctionExercise, one_hot
from ..sheet_02_top_p._filters import kept, mask, rising


def low_precision(kind=np.float16):
    """The fault: tokens stay whose running sum from below is above 1 - p."""
    return mask(lambda s, c, p: np.cumsum(s.astype(kind), dtype=kind) > kind(1 - p), order=rising)


def or_else(fill, kind=np.float16):
    """The fault, and ``fill(q)`` where nothing is left."""

    def form(q, p):
        keep = low_precision(kind)(q, p)
        return keep if keep.any() else fill(q)

    return form


def likeliest(q):
    return one_hot(q, np.argmax(q)) > 0


def probes(rng):
    q = np.array([0.5, 0.25, 0.15, 0.06, 0.04])
    drawn = [(rng.permutation(q), p) for p in (1e-4, 1e-20, 0.0, 0.3, 0.6, 0.83, 0.93)]
    low, even = np.array([0.01, 0.02, 0.29, 0.3, 0.38]), np.array([0.3, 0.25, 0.2, 0.15, 0.1])
    ends = [(low, 1e-20), (even, 0.27)]  # the sum of low, from below, is the last float before 1
    return [(q, 1e-5), *drawn, (np.array([0.02, 0.03, 0.9, 0.05]), 1e-9), *ends]


EXERCISE = FunctionExercise(
    unit="mask",
    reference=or_else(likeliest),
    probes=probes,
    right={
        "last of the order set": lambda q, p: low_precision()(q, p) | likeliest(q),
        "falling, in float64": kept,
        "float64 and the likeliest": or_else(likeliest, np.float64),
    },
).known(
    "as_shipped: The bug as shipped. 1 - p rounds to 1, and no running sum is above 1.",
    low_precision(),
    "more_digits: More digits only move the fault. Keep the likeliest whatever is compared.",
    low_precision(np.float64),
    "sum_below_one: Where the sum ends just below 1, nothing is left by >= either. Keep the "
    "likeliest whatever is compared.",
    mask(lambda s, c, p: c >= 1 - p, rising),
    "p_raised: You raised p, so where few tokens hold it too many stay. Keep the likeliest.",
    *(lambda q, p, c=c: kept(q, max(p, c)) for c in (0.35, 0.5)),
    "first_id_kept: You kept token 0. The likeliest stands last in the ascending order.",
    or_else(lambda q: one_hot(q, 0) > 0),
    "least_likely_kept: You kept the least likely token. The likeliest is the last in order.",
    or_else(lambda q: one_hot(q, np.argmin(q)) > 0),
    "everything_kept: A tiny p now keeps every token. It asks for one, the likeliest.",
    or_else(lambda q: np.ones(len(q), bool)),
    "zero_keeps_none: p = 0 leaves nothing. The likeliest token stays at every p from 0 up.",
    lambda q, p: kept(q, p) & (p > 0),
)
