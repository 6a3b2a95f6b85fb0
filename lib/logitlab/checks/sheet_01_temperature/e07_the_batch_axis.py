"""Exercise 1.7: softmax(logits / T) along the last axis of a batch."""

import numpy as np

from ..kit import TEN, FunctionExercise, in_rows, known, share, soft, turned
from ._softmax import SOFTMAX, TEMPERATURE
from .e04_softmax_with_temperature import RIGHT, TELL_T, softmax_with_temperature


def probes(rng):
    def drawn(*shape):
        return rng.normal(0, 2, shape)

    plain = [([[2, 1], [0, 3]], 1.0), ([[2.2, 1.8, 1.4], [0.1, 0.2, -0.3]], 0.5)]
    far = [([[400, 399], [-400, -401]], 1.0), ([[710, 709, -300], [0, -1, 1]], 1.0)]
    ends = [(np.stack([TEN, TEN[::-1] / 4]), 0.05), (drawn(2, 6), 20.0), (TEN, 0.7)]
    shapes = [(drawn(3, 10), 2.0), (drawn(1, 5), 0.8), (drawn(5, 1), 0.8), (drawn(2, 3, 4), 1.5)]
    return [(np.array(z, float), T) for z, T in [*plain, *ends, *far, *shapes]] + [(drawn(4, 4),)]


def without_T(form):
    """The same mistake by somebody who forgot T as well."""
    return lambda z, T=1.0: form(z, 1.0)


def shifted(z, T, axis=-1):
    return np.exp((z - np.max(z, axis=axis, keepdims=True)) / T)


BATCH = known(
    "batch_axis: You normalised over the whole batch. Every ROW sums to 1: axis=-1, keepdims=True.",
    lambda z, T=1.0: soft(np.ravel(z) / T).reshape(z.shape),
    lambda z, T=1.0: shifted(z, T) / shifted(z, T).sum(),
    "wrong_axis: Your columns sum to 1. The vocabulary is the last axis: axis=-1, not 0.",
    lambda z, T=1.0: shifted(z, T) / shifted(z, T).sum(axis=0),
    "axis_1: axis=1 is the last axis only of a matrix. Use axis=-1: it also serves one row.",
    lambda z, T=1.0: shifted(z, T, 1) / shifted(z, T, 1).sum(axis=1, keepdims=True),
    "one_maximum_for_all: One maximum was subtracted from the whole batch, so a row far below it "
    "became 0/0. Each row needs its own: max(axis=-1, keepdims=True).",
    *(lambda z, T=1.0, a=a: share(np.exp((z - np.max(z, axis=a)) / T)) for a in (None, 0)),
    "keepdims_missing: Without keepdims=True row sums (or maxima) line up with the columns.",
    lambda z, T=1.0: shifted(z, T) / shifted(z, T).sum(axis=-1),
    lambda z, T=1.0: share(np.exp((z - np.max(z, axis=-1)) / T)),
    "one_row_only: Only one row came back. Return one distribution for each row.",
    *(lambda z, T=1.0, i=i: soft(z[i] / T) for i in (0, -1)),
    "averaged: The rows were averaged. Return one distribution for each row.",
    lambda z, T=1.0: soft(z / T).mean(axis=0),
    lambda z, T=1.0: soft(z.mean(axis=0) / T),
)

EXERCISE = FunctionExercise(
    unit="probability",
    reference=softmax_with_temperature,
    probes=probes,
    tell=[(np.array([z, z + 1]), T) for z, T in TELL_T],
    right={
        "keepdims": lambda z, T=1.0: soft(z / T),
        "one row at a time": in_rows(lambda z, T=1.0: soft(z / T)),
        "another constant": in_rows(RIGHT["another constant subtracted"]),
        "as a matrix": lambda z, T=1.0: soft(z.reshape(-1, z.shape[-1]) / T).reshape(z.shape),
    },
).known(
    *turned(BATCH, lambda form: form, without_T),
    *turned([*TEMPERATURE, *SOFTMAX], in_rows, without=["power_T"]),
)
