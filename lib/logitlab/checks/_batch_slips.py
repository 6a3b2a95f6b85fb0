"""Slips of functions that take a batch; looked for on the probes that hold several rows."""

import numpy as np

from logitlab.checks._exercise import holds
from logitlab.checks._slip import Case, Slip


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


BATCH_SLIPS = [
    Slip(
        "one_row_only",
        "Only one row came back. Return one for each.",
        lambda c: c.near(c.mine, c.expected[0]) or c.near(c.mine, c.expected[-1]),
    ),
    Slip(
        "transposed",
        "Rows and columns are exchanged: keep the shape of the batch.",
        lambda c: c.near(c.mine.T),
    ),
    Slip(
        "one_row_for_all",
        "The answer to one row was given for all. Each row has its own.",
        _first_row_for_all,
    ),
    Slip(
        "wrong_axis",
        "You worked down the columns. The vocabulary is the last axis: axis=-1, not 0.",
        _other_axis,
    ),
    Slip(
        "one_long_row",
        "The batch was treated as one long row. Each row stands on its own: work along axis=-1.",
        _one_long_row,
    ),
]
