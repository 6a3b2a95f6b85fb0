"""Exercise B.3: the mask of top-p, where a running sum may hit p exactly."""

import numpy as np

from ..kit import FunctionExercise, turned
from ..sheet_02_top_p import _filters
from ..sheet_02_top_p._filters import at_most, at_most_or_first, kept, leads, mask, unguarded
from .e02_one_token_short import FIRST_ID, MENDS


def probes(rng):
    four = np.array([0.5, 0.25, 0.1875, 0.0625])  # sums without rounding
    drawn = [(rng.permutation(four), p) for p in (0.5, 0.9375, 0.8, 0.6, 0.3, 0.99, 0.501, 0.0)]
    return [(np.array([0.125, 0.5, 0.125, 0.25]), 0.75), *drawn, (four, 1.0)]


EXERCISE = FunctionExercise(
    unit="mask",
    reference=lambda probs, p: kept(probs, p),
    probes=probes,
    tell=[(np.array([0.05, 0.55, 0.4]), 0.5)],
    right={
        "searchsorted": mask(lambda s, c, p: np.arange(len(s)) <= np.searchsorted(c, p)),
        "with a tolerance": mask(lambda s, c, p: (c - s < p - 1e-12) | leads(s)),
        "from the least likely up": mask(
            lambda s, c, p: (c > 1 - p) | (np.arange(len(s)) == len(s) - 1), _filters.rising
        ),
    },
).known(
    "as_shipped: The bug as shipped. Where the sum hits p exactly, the next comes in too.",
    mask(_filters.one_more_at_a_tie),
    "crossing_dropped: The tie is mended, but where the sum jumps over p one token is missing.",
    mask(at_most_or_first),
    mask(at_most),
    "last_dropped: Now the last token of the nucleus is missing even at the tie.",
    mask(lambda s, c, p: (c < p) | leads(s)),
    mask(lambda s, c, p: c < p),
    FIRST_ID,
    lambda q, p: mask(unguarded)(q, p) | leads(q),
    "everything: Every token is kept.",
    lambda q, p: q > -1,
    *turned(MENDS, _filters.survivors),
)
