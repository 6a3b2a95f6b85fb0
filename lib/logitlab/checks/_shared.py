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


def picked(rows, ids):
    """Of each row the number at its id."""
    return rows[np.arange(len(ids)), ids]


def one_number(value, *args):
    """An array that holds one number, as that number; as the `view` of an exercise."""
    return value[0] if isinstance(value, np.ndarray) and value.shape == (1,) else value


def clamped(form):
    """A form of (z, k) for somebody who thought of a k above the vocabulary."""
    return lambda z, k: form(z, min(k, len(z)))


# --- Of a setting out of its range: an answer's last argument.


def where(test, answer, otherwise):
    """``answer`` for a setting that passes the test."""
    return lambda *args: (answer if test(args[-1]) else otherwise)(*args)


def at_zero(answer, otherwise):
    return where(lambda setting: setting == 0, answer, otherwise)


def off(logits, *args):
    return logits.copy()


def refusing(rule):
    """A form that raises ValueError: the rule, and the setting."""

    def refuse(*args):
        raise ValueError(f"{rule}, got {args[-1]}")

    return refuse
