"""Exercise 2.5: a top-p from the least likely token up, mended where p = 0 leaves nothing."""

import numpy as np

from logitlab.checks._function import Convention, FunctionExercise, known, turned
from logitlab.checks._shared import one_hot
from logitlab.checks.sheet_02_top_p import _filters
from logitlab.checks.sheet_02_top_p._filters import (
    FIVE,
    MIXED,
    below_or_first,
    drawn,
    filtered,
    from_below,
    one_more_at_a_tie,
    right,
)
from logitlab.checks.sheet_02_top_p._known import CROSSING, DROPPED, WHAT, WHICH, ZERO
from logitlab.checks.sheet_02_top_p.e04_top_p import RIGHT, survivors_hold_too_little

SHORT = np.array([0.29, 0.02, 0.57, 0.12])  # added up from below they end just short of 1


def probes(rng):
    q = drawn(rng, 9, 1.0)
    zero = [(FIVE, 0.0), (MIXED, 0.0), (q, 0.0), (SHORT, 0.0), (np.array([1.0]), 0.0)]
    nearly = [(MIXED, 1e-17), (q, 1e-18)]
    return [*zero, *nearly, *(probe for probe in _filters.probes(rng) if probe[1] != 0)]


def at_zero(answer):
    """Right, but for what is done at p = 0."""
    return lambda q, p: answer(q) if p < 1e-9 else right(q, p)


EXERCISE = FunctionExercise(
    unit="probability",
    reference=lambda probs, p: right(probs, p),
    conventions=[Convention(_filters.ONE_MORE, filtered(one_more_at_a_tie))],
    probes=probes,
    tell=_filters.TELL,
    observe=survivors_hold_too_little,
    right=RIGHT,
    mistakes=known(
        "zero_keeps_none: With p=0 nothing survived (0/0). Always keep at least one token: p -> 0 "
        "is greedy.",
        from_below,
        lambda q, p: from_below(q, p, np.less),  # which rounding undoes
        *ZERO,
        *DROPPED,
        "zero_keeps_all: At p = 0 every token is left. p = 0 asks for no mass: keep the likeliest "
        "only.",
        at_zero(lambda q: q),
        lambda q, p: q if np.isnan(from_below(q, p)).any() else right(q, p),
        "zero_is_uniform: When nothing was left you gave all tokens the same. Keep the likeliest "
        "only.",
        at_zero(lambda q: np.full(len(q), 1 / len(q))),
        "first_id_kept: You kept the first token of the vocabulary, or the last. Keep the "
        "likeliest: the last of the ascending order.",
        at_zero(lambda q: one_hot(q, 0)),
        at_zero(lambda q: one_hot(q, -1)),
        "least_likely_kept: You kept the least likely token. In ascending order the likeliest is "
        "the last.",
        at_zero(lambda q: one_hot(q, np.argmin(q))),
        CROSSING,
        filtered(below_or_first),
        *turned(
            [*WHICH, *WHAT],
            lambda form: form,
            without=("crossing_dropped", "zero_keeps_none", "divided_by_p"),
        ),
    ),
)
