"""
Slips that any answer can have: percent for a fraction, nats for bits, another order, another axis.

A slip is named only where it accounts for every probe of the exercise, those that came out right
among them: a false diagnosis is worse than none. Those of a batch are looked for on the probes that
hold several rows.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from logitlab.checks._exercise import Mistake, Rule, holds, known
from logitlab.checks._outcome import ATOL, RTOL, close
from logitlab.checks._shared import share, soft

LN2, LOG2 = math.log(2), math.log10(2)
PROBABILITY, LOGITS, MASK = "probability", "logits", "mask"
BITS, NATS, COUNT = "bits", "nats", "count"


@dataclass(frozen=True)
class Case:
    """One result beside the expected one; of a function also the arguments and a right answer."""

    mine: np.ndarray
    expected: np.ndarray
    failing: bool = True
    rtol: float = RTOL
    atol: float | np.ndarray = ATOL
    args: tuple = ()
    right: Callable | None = None

    def near(self, mine, expected=None) -> bool:
        """Whether two arrays agree as closely as the exercise asks for."""
        expected = self.expected if expected is None else np.asarray(expected)
        return close(np.asarray(mine), expected, self.rtol, self.atol)


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


def _says_who_stays(c: Case) -> bool:
    lowest = c.expected.min()
    stays = c.expected > lowest if lowest in (0, -np.inf) else np.ones(c.expected.shape)
    return _vector(c) and _is_mask(c.mine) and c.near(c.mine, stays * 1.0)


def _rounded(c: Case) -> bool:
    return any(close(c.mine, np.asarray(c.expected.round(d)), 0.0, 1e-9) for d in (4, 3, 2, 1))


SLIPS = known(
    "percent: These are percentages; a probability is between 0 and 1.",
    Rule(lambda c: c.near(c.mine / 100), [PROBABILITY]),
    "nats: That is in nats (log base e). Bits want log2: divide by ln 2 = 0.6931.",
    Rule(lambda c: c.near(c.mine / LN2), [BITS]),
    "log10: log10 gives dits (hartleys). Bits want log2: multiply by log2(10) = 3.3219.",
    Rule(lambda c: c.near(c.mine / LOG2), [BITS]),
    "bits: That is in bits (log2). Nats want the natural logarithm: multiply by ln 2.",
    Rule(lambda c: c.near(c.mine * LN2), [NATS]),
    "sign: The right size, with the wrong sign.",
    Rule(lambda c: c.near(-c.mine), ["", BITS, NATS]),
    "log_probabilities: These are the logarithms of the probabilities. Take exp of them.",
    Rule(lambda c: c.near(np.exp(c.mine)), [PROBABILITY]),
    "logits_not_probabilities: These are logits. Finish with softmax.",
    Rule(lambda c: _vector(c) and c.near(soft(c.mine)), [PROBABILITY]),
    "softmax_twice: You ran softmax on probabilities. They are normalised already; "
    "a second softmax flattens them towards uniform.",
    Rule(lambda c: _vector(c) and c.near(c.mine, soft(c.expected)), [PROBABILITY]),
    "not_normalised: Right but for a factor: these do not add up to 1. Divide by their sum.",
    Rule(lambda c: _vector(c) and c.near(share(c.mine)), [PROBABILITY]),
    "complement: That is the rest: 1 minus what was asked for.",
    Rule(lambda c: c.near(1 - c.mine), [PROBABILITY]),
    "probabilities_not_logits: These are probabilities. A processor takes and returns logits.",
    Rule(lambda c: _vector(c) and c.near(c.mine, soft(c.expected)), [LOGITS]),
    "shifted: You added one number to all logits (or normalised them). Softmax does not "
    "notice, but they should stay as they were: softmax comes later.",
    Rule(
        lambda c: _vector(c) and c.near(c.mine - c.mine.max(), c.expected - c.expected.max()),
        [LOGITS],
    ),
    "zero_logits: A logit of 0 is not 'probability 0': e^0 = 1, and it even promotes a negative "
    "logit. Removed tokens must be -inf.",
    Rule(lambda c: (np.nan_to_num(_removed(c), neginf=1.0) == 0).all(), [LOGITS]),
    "finite_floor: A removed logit is -inf. Any number, however low, is a logit like the others.",
    Rule(lambda c: (_removed(c) < np.inf).all(), [LOGITS]),
    "plus_infinity: inf is the largest logit there is. A removed token gets minus infinity.",
    Rule(lambda c: (_removed(c) == np.inf).all(), [LOGITS]),
    "nan_not_inf: nan spreads: softmax of a row that holds one is nan everywhere. Use -np.inf.",
    Rule(lambda c: np.isnan(_removed(c)).all(), [LOGITS]),
    "mask_not_values: You returned who stays. Return a number for every token.",
    Rule(_says_who_stays, [PROBABILITY, LOGITS]),
    "values_not_mask: You returned numbers. Return who stays: True or False for every token.",
    Rule(lambda c: c.near((c.mine > 0) * 1.0) and not _is_mask(c.mine), [MASK]),
    "one_too_many: One too many.",
    Rule(lambda c: c.near(c.mine - 1), [COUNT]),
    "one_too_few: One too few.",
    Rule(lambda c: c.near(c.mine + 1), [COUNT]),
    "sorted_output: The right numbers, but sorted: number i belongs to token i. Leave the order.",
    Rule(_sorted, [PROBABILITY, LOGITS, MASK]),
    "wrong_order: The right numbers in another order.",
    Rule(_other_order),
    "rounded: Right as far as it goes, but rounded: give more digits. Round when you print.",
    Rule(_rounded),
)


def _one_long_row(c: Case) -> bool:
    long = np.ravel(c.right(np.ravel(c.args[0]), *c.args[1:]))
    return c.near(np.ravel(c.mine), long)


def _along(c: Case, axis: int) -> np.ndarray:
    """The right answer along another axis than the last."""
    turned = np.moveaxis(c.args[0], axis, -1)
    return np.moveaxis(c.right(turned, *c.args[1:]), -1, axis)


def _other_axis(c: Case) -> bool:
    return any(holds(lambda a=a: c.near(c.mine, _along(c, a))) for a in range(c.args[0].ndim - 1))


def _first_row_for_all(c: Case) -> bool:
    rows = c.expected.reshape(-1, c.expected.shape[-1])
    return any(c.near(np.broadcast_to(rows[i], c.mine.shape), c.mine) for i in (0, -1))


BATCH_SLIPS = known(
    "one_row_only: Only one row came back. Return one for each.",
    Rule(lambda c: c.near(c.mine, c.expected[0]) or c.near(c.mine, c.expected[-1])),
    "transposed: Rows and columns are exchanged: keep the shape of the batch.",
    Rule(lambda c: c.near(c.mine.T)),
    "one_row_for_all: The answer to one row was given for all. Each row has its own.",
    Rule(_first_row_for_all),
    "wrong_axis: You worked down the columns. The vocabulary is the last axis: axis=-1, not 0.",
    Rule(_other_axis),
    "one_long_row: The batch was treated as one long row. Work along axis=-1: each row on its own.",
    Rule(_one_long_row),
)


def find(cases: Sequence[Case], unit: str, complete: bool = True) -> Mistake | None:
    """
    The slip that accounts for every case, or None.

    A case is a probe where a value was given and one expected. They are `complete` if every failing
    probe is among them: where others raised an error, it was no slip of this kind. On a single row
    an answer that was written for a batch may raise one.
    """
    rows = [case for case in cases if case.args and np.ndim(case.args[0]) > 1]
    single = [case for case in cases if not (case.args and np.ndim(case.args[0]) > 1)]
    found = None
    with np.errstate(all="ignore"):
        if complete and any(case.failing for case in cases):
            found = _first(SLIPS, cases, unit)
        if not found and any(c.failing for c in rows) and not any(c.failing for c in single):
            found = _first(BATCH_SLIPS, rows, unit)
    return found


def _first(slips: Sequence[Mistake], cases: Sequence[Case], unit: str) -> Mistake | None:
    for slip in slips:
        fits = unit in (slip.rule.units or [unit])
        if fits and all(holds(slip.rule.made, case) for case in cases):
            return slip
    return None
