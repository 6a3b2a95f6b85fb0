"""Exercise 1.3: softmax of one row of logits, however large."""

import numpy as np

from ..kit import TEN, FunctionExercise, share, soft, softmax, turned
from ._softmax import FOUR, SOFTMAX, THREE
from .e04_softmax_with_temperature import RIGHT


def probes(rng):
    drawn = rng.permutation(rng.normal(0, 2, 7))
    plain = [FOUR, THREE, TEN, drawn, np.array([-1.0, -3.5, -0.2]), np.array([0.7, 0.7, -0.4, 0.7])]
    far = (
        [40.0, -60.0, 38.5],
        [1000.0, 999.0],
        [1000.0, 0.0, -1000.0],
        [-1000.0, -1001.0, -1000.5],
    )
    return [(z,) for z in [*plain, np.array([3.5]), *map(np.array, far)]]


def at_1(form):
    return lambda z: form(z)


EXERCISE = FunctionExercise(
    unit="probability",
    reference=lambda logits: softmax(logits),
    probes=probes,
    right={
        "maximum subtracted": lambda z: share(np.exp(z - np.max(z))),
        "via log-sum-exp": at_1(RIGHT["via log-softmax"]),
        "plain Python": at_1(RIGHT["plain Python"]),
        "written as ratios": lambda z: 1 / np.exp(z - z[:, None]).sum(axis=1),
    },
).known(
    *turned(SOFTMAX, at_1),
    "another_constant: The mean, the minimum or a fixed number leaves some rows too large or "
    "too small for exp. Subtract the maximum: then no exponent is above 0.",
    *(lambda z, f=f: share(np.exp(z - f(z))) for f in (np.mean, np.min)),
    lambda z: share(np.exp(z - 500)),
    "two_maxima: The maximum was subtracted in one place only: the numerator and the sum must "
    "use the same shifted logits.",
    lambda z: np.exp(z - np.max(z)) / np.exp(z).sum(),
    lambda z: np.exp(z) / np.exp(z - np.max(z)).sum(),
    "divided_by_maximum: Subtract the maximum. Dividing by it changes the gaps, as T does.",
    lambda z: soft(z / np.max(z)),
    lambda z: soft(z / np.max(np.abs(z))),
    "standardised: You standardised the logits. That changes their gaps; subtracting is free.",
    lambda z: soft((z - np.mean(z)) / np.std(z)),
    lambda z: soft((z - np.min(z)) / np.ptp(z)),
)
