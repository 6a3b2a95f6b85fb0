"""
What several exercises share: numbers of the lessons, arithmetic without refusals, masks, rows.

The library refuses much of what a wrong answer does; forms of mistakes are written with these.
"""

import numpy as np

from logitlab.data import STORY

TEN = np.array(list(STORY.values()))


def share(weights):
    """Weights over their sum, along the last axis."""
    return weights / weights.sum(axis=-1, keepdims=True)


def soft(z):
    """Softmax along the last axis."""
    return share(np.exp(z - np.max(z, axis=-1, keepdims=True)))


def descending(z):
    """One row, from the largest down."""
    return np.sort(z)[::-1]


def kth(z, k):
    """The k-th largest of one row; of fewer than k, the smallest."""
    return np.sort(z)[-min(k, len(z))]


def cut(z, keep):
    """Logits, with -inf where `keep` is False."""
    return np.where(keep, z, -np.inf)


def at(z, ids):
    """A mask as long as `z`, True at the ids."""
    return np.isin(np.arange(len(z)), ids)


def one_hot(z, index):
    """Distribution with everything on one token, as long as `z`."""
    return np.eye(np.shape(z)[-1])[index]


def in_rows(form):
    """A form written for one row, applied to each row of a batch."""
    return lambda z, *args: np.apply_along_axis(form, -1, z, *args)


def in_float32(form):
    """A form that works in float32."""

    def single(*args):
        return form(*[a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in args])

    return single


def clamped(form):
    """A form of (z, k) for somebody who thought of a k above the vocabulary."""
    return lambda z, k: form(z, min(k, len(z)))
