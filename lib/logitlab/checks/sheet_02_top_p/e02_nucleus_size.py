"""Exercise 2.2: how many tokens the nucleus of one row holds."""

import numpy as np

from ..kit import TEN, FunctionExercise, descending, soft, turned
from . import _filters
from ._filters import EXACT, filtered, kept, one_more_at_a_tie, right, survivors, while_loop
from ._known import WHICH


def nucleus_size(probs, p):
    return int(kept(probs, p).sum())


def probes(rng):
    permuted = soft(TEN[[3, 1, 0, 2, 4]])
    return [(EXACT, 0.75), (soft(TEN / 5), 0.6), (permuted, 1.0), *_filters.probes(rng)]


def counted(form):
    """A form of a filter, made into one that counts what it keeps."""
    return lambda q, p: int(survivors(form)(q, p).sum())


def sums(q):
    return np.cumsum(descending(q))


EXERCISE = FunctionExercise(
    unit="count",
    reference=nucleus_size,
    probes=probes,
    tell=_filters.TELL,
    right={
        "counting sums below p": lambda q, p: min(int((sums(q) < p).sum()) + 1, len(q)),
        "searchsorted": lambda q, p: min(int(np.searchsorted(sums(q), p)) + 1, len(q)),
        "a loop": lambda q, p: sum(1 for x in while_loop(q, p) if x > 0),
        "from the least likely up": lambda q, p: max(
            1, len(q) - int((np.cumsum(np.sort(q)) <= 1 - p).sum())
        ),
        "a float": lambda q, p: float(nucleus_size(q, p)),
    },
).known(
    "exact_tie: When the running sum hits p exactly, stop: 'smallest set with mass >= p'. "
    "Llama-style 'mass before me > p' keeps one more token.",
    counted(filtered(one_more_at_a_tie)),
    "one_too_many: You count one token too many: the one that crosses p is the last.",
    lambda q, p: min(nucleus_size(q, p) + 1, len(q)),
    "past_the_end: At p = 1 rounding can leave the running sum just below 1, and then this "
    "counts one token more than there are: take min(..., len(probs)).",
    lambda q, p: int(np.searchsorted(sums(q), p)) + 1,
    "removed_counted: You counted the tokens that are removed. How many stay?",
    lambda q, p: len(q) - nucleus_size(q, p),
    *turned(WHICH, counted, without=["unchanged", "one_too_many"]),
    "whole_vocabulary: You counted every token. Count those up to where the running sum reaches p.",
    lambda q, p: len(q),
    "not_a_count: Return one number, how many tokens stay.",
    kept,
    lambda q, p: np.flatnonzero(kept(q, p)),
    lambda q, p: q[kept(q, p)].sum(),
    right,
)
