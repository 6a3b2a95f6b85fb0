"""
Slips that any answer can have: percent for a fraction, nats for bits, another order, another axis.

A slip is named only where it accounts for every probe of the exercise, those that came out right
among them: a false diagnosis is worse than none.
"""

import math
from collections.abc import Sequence

import numpy as np

from logitlab.checks._batch_slips import BATCH_SLIPS
from logitlab.checks._exercise import holds
from logitlab.checks._outcome import close
from logitlab.checks._shared import share, soft
from logitlab.checks._slip import Case, Slip

LN2, LOG2 = math.log(2), math.log10(2)
PROBABILITY, LOGITS, BITS, NATS, COUNT = "probability", "logits", "bits", "nats", "count"


def _vector(c: Case) -> bool:
    return c.mine.ndim > 0 and c.mine.shape == c.expected.shape


def _is_sorted(row) -> bool:
    return (row[1:] >= row[:-1]).all() or (row[1:] <= row[:-1]).all()


def _other_order(c: Case) -> bool:
    return _vector(c) and c.near(np.sort(c.mine), np.sort(c.expected))


def _sorted(c: Case) -> bool:
    return bool(c.args) and _other_order(c) and all(map(_is_sorted, np.atleast_2d(c.mine)))


def _removed(c: Case) -> np.ndarray:
    """What stands where a token should have been removed, if all others are right."""
    removed = np.isneginf(c.expected)
    if not c.near(np.where(removed, c.expected, c.mine)):
        raise ValueError("others are wrong too")
    return c.mine[removed]


def _is_mask(values) -> bool:
    return bool(np.isin(values, (0, 1)).all())


def _rounded(c: Case) -> bool:
    return any(close(c.mine, np.asarray(c.expected.round(d)), 0.0, 1e-9) for d in (4, 3, 2, 1))


SLIPS = [
    Slip(
        "percent",
        "These are percentages; a probability is between 0 and 1.",
        lambda c: c.near(c.mine / 100),
        (PROBABILITY,),
    ),
    Slip(
        "nats",
        "That is in nats (log base e). Bits want log2: divide by ln 2 = 0.6931.",
        lambda c: c.near(c.mine / LN2),
        (BITS,),
    ),
    Slip(
        "log10",
        "log10 gives dits (hartleys). Bits want log2: multiply by log2(10) = 3.3219.",
        lambda c: c.near(c.mine / LOG2),
        (BITS,),
    ),
    Slip(
        "bits",
        "That is in bits (log2). Nats want the natural logarithm: multiply by ln 2.",
        lambda c: c.near(c.mine * LN2),
        (NATS,),
    ),
    Slip(
        "sign", "The right size, with the wrong sign.", lambda c: c.near(-c.mine), ("", BITS, NATS)
    ),
    Slip(
        "log_probabilities",
        "These are the logarithms of the probabilities. Take exp of them.",
        lambda c: c.near(np.exp(c.mine)),
        (PROBABILITY,),
    ),
    Slip(
        "logits_not_probabilities",
        "These are logits. Finish with softmax.",
        lambda c: _vector(c) and c.near(soft(c.mine)),
        (PROBABILITY,),
    ),
    Slip(
        "softmax_twice",
        "You ran softmax on probabilities. They are normalised already; "
        "a second softmax flattens them towards uniform.",
        lambda c: _vector(c) and c.near(c.mine, soft(c.expected)),
        (PROBABILITY,),
    ),
    Slip(
        "not_normalised",
        "Right but for a factor: these do not add up to 1. Divide by their sum.",
        lambda c: _vector(c) and c.near(share(c.mine)),
        (PROBABILITY,),
    ),
    Slip(
        "complement",
        "That is the rest: 1 minus what was asked for.",
        lambda c: c.near(1 - c.mine),
        (PROBABILITY,),
    ),
    Slip(
        "probabilities_not_logits",
        "These are probabilities. A processor takes logits and returns logits.",
        lambda c: _vector(c) and c.near(c.mine, soft(c.expected)),
        (LOGITS,),
    ),
    Slip(
        "shifted",
        "You added one number to all logits (or normalised them). Softmax does not "
        "notice, but they should stay as they were: softmax comes later.",
        lambda c: _vector(c) and c.near(c.mine - c.mine.max(), c.expected - c.expected.max()),
        (LOGITS,),
    ),
    Slip(
        "zero_logits",
        "A logit of 0 is not 'probability 0': e^0 = 1, and it even promotes a negative logit. "
        "Removed tokens must be -inf.",
        lambda c: (np.nan_to_num(_removed(c), neginf=1.0) == 0).all(),
        (LOGITS,),
    ),
    Slip(
        "finite_floor",
        "A removed logit is -inf. Any number, however low, is a logit that others may lie below.",
        lambda c: (_removed(c) < np.inf).all(),
        (LOGITS,),
    ),
    Slip(
        "plus_infinity",
        "inf is the largest logit there is. A removed token gets minus infinity, -np.inf.",
        lambda c: (_removed(c) == np.inf).all(),
        (LOGITS,),
    ),
    Slip(
        "nan_not_inf",
        "nan spreads: softmax of a row that holds one is nan everywhere. Use -np.inf.",
        lambda c: np.isnan(_removed(c)).all(),
        (LOGITS,),
    ),
    Slip(
        "mask_not_values",
        "You returned who stays. Return a number for every token.",
        lambda c: (
            _vector(c)
            and _is_mask(c.mine)
            and c.near(c.mine, (c.expected > c.expected.min()) * 1.0)
        ),
        (PROBABILITY, LOGITS),
    ),
    Slip(
        "values_not_mask",
        "You returned numbers. Return who stays: True or False for every token.",
        lambda c: _is_mask(c.expected) and c.near((c.mine > 0) * 1.0) and not _is_mask(c.mine),
        ("",),
    ),
    Slip("one_too_many", "One too many.", lambda c: c.near(c.mine - 1), (COUNT,)),
    Slip("one_too_few", "One too few.", lambda c: c.near(c.mine + 1), (COUNT,)),
    Slip(
        "sorted_output",
        "The right numbers in another order: number i belongs to token i. Do not sort the result.",
        _sorted,
    ),
    Slip("wrong_order", "The right numbers in another order.", _other_order),
    Slip(
        "rounded",
        "Right as far as it goes, but rounded: give more digits. Round when you print.",
        _rounded,
    ),
]


def find(cases: Sequence[Case], unit: str, complete: bool = True) -> Slip | None:
    """
    The slip that accounts for every case, or None.

    Parameters
    ----------
    cases : sequence of Case
        Every probe where a value was given and one expected.
    unit : str
        Of the exercise.
    complete : bool
        Whether every failing probe is among them: where others raised an error, it was no slip of
        this kind; on a single row an answer that was written for a batch may raise one.
    """
    with np.errstate(all="ignore"):
        return _find(cases, unit, complete)


def _find(cases, unit, complete):
    if complete and any(case.failing for case in cases):
        for slip in SLIPS:
            if unit in (slip.units or (unit,)) and all(holds(slip.made, case) for case in cases):
                return slip
    rows = [case for case in cases if case.args and np.ndim(case.args[0]) > 1]
    single = [case for case in cases if not (case.args and np.ndim(case.args[0]) > 1)]
    if any(case.failing for case in rows) and not any(case.failing for case in single):
        for slip in BATCH_SLIPS:
            if all(holds(slip.made, case) for case in rows):
                return slip
    return None
