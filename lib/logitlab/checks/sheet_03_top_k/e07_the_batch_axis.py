"""Exercise 3.7: top-k along the last axis; each row has a threshold of its own."""

import numpy as np

from logitlab.processors import top_k

from ..kit import TEN, Convention, FunctionExercise, clamped, cut, in_rows, kth, turned
from . import _masks
from ._masks import exactly


def probes(rng):
    apart = np.array([[2.0, 1.0, 0.5], [-4.0, -3.0, -5.0], [0.1, 0.3, 0.2]])
    ten, tied = rng.permutation(TEN), np.array([[0.3, 2.0, -1.0, 2.0], [2.0, 2.0, 2.0, 3.0]])
    two, wide = np.array([[1.4, 2.2, 1.8], [0.2, 0.1, 0.3]]), rng.normal(0, 2, (2, 40))
    sizes = [((4, 6), 4), ((5, 5), 3), ((2, 5), 4), ((3, 4), 1), ((1, 5), 2), ((2, 3, 7), 2)]
    batches = [(rng.normal(0, 2, size), k) for size, k in sizes]
    return [
        (apart, 2),
        (np.stack([ten, ten[::-1] / 4 - 2]), 3),
        *batches,
        (ten, 4),
        (tied, 2),
        (two, 50),
        (two, 3),
        (wide, int(rng.integers(24, 30))),
    ]


def scattered(z, k):
    """Fancy indexing along the wrong axis."""
    out = np.full(z.shape, -np.inf)
    ids = np.argsort(-z, axis=-1, kind="stable")[..., :k]
    out[ids] = z[ids]
    return out


def put_along_axis(z, k):
    out = np.full(z.shape, -np.inf)
    ids = np.argsort(z, axis=-1)[..., -k:]
    np.put_along_axis(out, ids, np.take_along_axis(z, ids, axis=-1), axis=-1)
    return out


def thresholds(z, k):
    return np.sort(z, axis=-1)[..., -min(k, z.shape[-1])]


def as_rows(z):
    return z.reshape(-1, z.shape[-1])


EXERCISE = FunctionExercise(
    unit="logits",
    reference=lambda logits, k: top_k(logits, k),
    note=_masks.KEPT_ALL,
    conventions=[Convention(_masks.KEPT_K, in_rows(lambda z, k: cut(z, exactly(z, k))))],
    probes=probes,
    view=_masks.first_of_ties,
    right={
        "one row at a time": in_rows(clamped(lambda z, k: cut(z, z >= np.partition(z, -k)[-k]))),
        "put_along_axis": put_along_axis,
        "counting the larger ones": lambda z, k: cut(
            z, (z[..., None, :] > z[..., :, None]).sum(axis=-1) < k
        ),
    },
).known(
    "one_threshold_for_all: One threshold for the whole batch: a row of low logits lost "
    "everything. Each row has its own k-th largest: sort along axis=-1.",
    lambda z, k: cut(z, z >= kth(np.ravel(z), k)),
    "first_row_for_all: The threshold (or the ids) of one row was used for all.",
    lambda z, k: cut(z, z >= kth(as_rows(z)[0], k)),
    lambda z, k: cut(z, z >= kth(as_rows(z)[-1], k)),
    lambda z, k: cut(z, exactly(as_rows(z)[0], k)),
    lambda z, k: cut(z, z >= thresholds(z, k).min()),
    "axis_1: axis=1 is the last axis only of a matrix. Use axis=-1: it also serves one row.",
    lambda z, k: cut(z, z >= np.sort(z, axis=1)[:, [-min(k, z.shape[1])]]),
    "k_clamped_to_rows: len(logits) of a batch is its number of rows. Take logits.shape[-1].",
    lambda z, k: cut(z, z >= np.sort(z, axis=-1)[..., -min(k, len(z)), None]),
    "keepdims_missing: Without keepdims=True (or [..., None]) the thresholds line up with "
    "the columns. A square batch then gives wrong numbers without an error.",
    lambda z, k: cut(z, z >= thresholds(z, k)),
    "ids_index_rows: logits[ids] picks whole rows by these ids. Use np.take_along_axis and "
    "np.put_along_axis with axis=-1, or compare with a threshold.",
    scattered,
    "k_too_big: k above the vocabulary must mean 'keep all': use min(k, logits.shape[-1]).",
    lambda z, k: cut(z, z >= np.sort(z, axis=-1)[..., -k, None]),
    lambda z, k: cut(z, z >= np.partition(z, -k, axis=-1)[..., -k, None]),
    *turned(_masks.LOGITS, in_rows),
    *turned(
        _masks.MASKS, lambda mask: in_rows(lambda z, k: cut(z, mask(z, k))), without=["k_too_big"]
    ),
)
