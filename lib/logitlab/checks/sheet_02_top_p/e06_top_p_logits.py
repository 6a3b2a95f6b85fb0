"""Exercise 2.6: top-p as a logits processor: logits in, logits out, any number of rows."""

import numpy as np

from logitlab.processors import top_p

from ..kit import TEN, Convention, FunctionExercise, in_rows, soft, turned
from . import _filters
from ._filters import FIVE, MIXED, SPIKED, falling, kept, log, many, survivors
from ._known import WHICH


def probes(rng):
    crowd, p = many(rng)
    rows = [(log(FIVE), 0.75), (log(MIXED), 0.75), (TEN, 0.9), (TEN - 40, 0.6)]
    sizes = [((3, 10), 0.8), ((4, 4), 0.85), ((2, 3, 5), 0.7)]
    batches = [(rng.normal(0, 1.7, size), share) for size, share in sizes]
    apart = [(np.stack([TEN, TEN[::-1] / 5]), 0.9), (np.array([[0.1, 3.0, -2.0]]), 0.4)]
    ends = [(log(MIXED), 0.0), (np.stack([TEN[:4], TEN[4:8]]), 1.0), (log(SPIKED), 1.0)]
    odd = [(np.array([2.0, -np.inf, 1.0, 0.5]), 0.8), (np.array([1000.0, 999.0, -1000.0]), 0.9)]
    return [*rows, *batches, *apart, *ends, (log(crowd), p), *odd]


def less_maximum(value, *_):
    """Logits are the same when one number is added to a row."""
    with np.errstate(all="ignore"):
        return value - value.max(axis=-1, keepdims=True)


def processor(keep=kept, removed=-np.inf):
    """Logits of each row, `removed` where ``keep(probs, p)`` is false."""
    return in_rows(lambda z, p: np.where(keep(soft(z), p), z, removed))


def running_sum_of_batch(z, p):
    order = np.argsort(-soft(z), axis=-1, kind="stable")
    s = np.take_along_axis(soft(z), order, -1)
    keep = np.zeros(s.shape, bool)
    np.put_along_axis(keep, order, np.cumsum(s).reshape(s.shape) - s < p, -1)
    return np.where(keep, z, -np.inf)


def on_axis_1(z, p):
    q = np.exp(z - np.max(z, axis=1, keepdims=True))
    q = q / q.sum(axis=1, keepdims=True)
    order = np.argsort(-q, axis=1, kind="stable")
    s = np.take_along_axis(q, order, 1)
    keep = np.zeros(q.shape, bool)
    np.put_along_axis(keep, order, np.cumsum(s, axis=1) - s < p, 1)
    return np.where(keep, z, -np.inf)


def logits_added_up(z, p):
    order = falling(z)
    keep = np.zeros(len(z), bool)
    keep[order] = np.cumsum(z[order]) - z[order] < p
    return np.where(keep, z, -np.inf)


LOW = "A removed token has a large negative logit in yours. -inf says it without a number."
PROBS = (
    "You returned probabilities, which is right as a distribution. A logits processor hands "
    "logits on, so that the next one can work."
)

EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, p: top_p(logits, p),
    conventions=[
        *(Convention(LOW, processor(removed=-(10.0**n))) for n in (4, 5, 6, 8, 9, 10, 30)),
        Convention(LOW, processor(removed=float(np.finfo(np.float32).min))),
        Convention(PROBS, lambda z, p: soft(processor()(z, p))),
    ],
    probes=probes,
    tell=[(log(q), p) for q, p in _filters.TELL],
    view=less_maximum,
    view_name="less its maximum",
    right={
        "row by row": processor(),
        "log-probabilities": lambda z, p: log(soft(processor()(z, p))),
        "a cutoff for each row": in_rows(
            lambda z, p: np.where(z >= z[kept(soft(z), p)].min(), z, -np.inf)
        ),
        "lists": lambda z, p: processor()(z, p).tolist(),
    },
).known(
    "cumulative_on_logits: You added up logits. Add up probabilities: softmax, for the mask only.",
    in_rows(logits_added_up),
    "logits_compared_with_p: You compared logits with p. Top-p compares a sum of probabilities.",
    lambda z, p: np.where(z >= p, z, -np.inf),
    lambda z, p: np.where(z <= p, z, -np.inf),
    "removed_is_zero: A removed logit became 0, and e^0 = 1 is not nothing. Use -inf.",
    processor(removed=0.0),
    "finite_floor: A removed logit is -inf. A number not far below the others leaves it a share.",
    *(processor(removed=low) for low in (-1.0, -5.0, -10.0, -20.0, -50.0, -100.0, -1e3)),
    lambda z, p: np.where(np.isfinite(processor()(z, p)), z, np.min(z)),
    "no_minus_infinity: A removed logit is minus infinity, -np.inf: inf would be the largest "
    "there is, and one nan makes the whole row nan.",
    processor(removed=np.inf),
    processor(removed=np.nan),
    "kept_logits_changed: The right tokens stay, with other gaps between their logits. Those "
    "who stay keep theirs.",
    *(lambda z, p, f=f: f * processor()(z, p) for f in (0.5, 2.0)),
    lambda z, p: np.where(np.isfinite(processor()(z, p)), soft(z), -np.inf),
    "one_nucleus_for_all: Softmax ran over the whole batch, so all rows share one nucleus. "
    "Each row has its own: axis=-1.",
    lambda z, p: np.where(kept(soft(np.ravel(z)), p).reshape(z.shape), z, -np.inf),
    "running_sum_of_batch: The running sum went on from one row to the next. cumsum needs axis=-1.",
    running_sum_of_batch,
    "first_row_protected: keep[0] is the first row of a batch. The first of each is [..., 0].",
    lambda z, p: np.where(
        np.arange(len(z)).reshape(-1, *[1] * (z.ndim - 1)) == 0, z, processor()(z, p)
    ),
    "axis_1: axis=1 is the last axis only of a matrix. Use axis=-1: it serves any shape.",
    on_axis_1,
    "first_row_only: Only one row came back. Keep the shape of the batch.",
    lambda z, p: processor()(z[0], p),
    "one_row_only: That works for one row. For a batch, sort, add up and mask along axis=-1.",
    lambda z, p: processor()(z, p) if z.ndim == 1 else np.full(z.shape, np.nan),
    lambda z, p: np.where(kept(soft(z), p), z, -np.inf),
    "unchanged: Every token is still there. Those after the running sum has reached p become -inf.",
    lambda z, p: z,
    *turned(
        WHICH,
        lambda form: processor(survivors(form)),
        without=["unchanged", "one_keeps_first", "softmax_first"],
    ),
)
